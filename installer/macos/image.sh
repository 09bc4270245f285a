#!/bin/sh
# Puts Miauflix.app on a disk image, beside the folder that it is to be dragged to. Usage: image.sh APP IMAGE
set -eu

app=$1
image=$2

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# Not cp: it would lose what a signature vouches for.
ditto "$app" "$folder/$(basename "$app")"
ln -s /Applications "$folder/Applications"
hdiutil create -quiet -volname Miauflix -srcfolder "$folder" -fs HFS+ -format UDZO -ov "$image"
hdiutil verify -quiet "$image"
