"""From a title, a magnet or a torrent file to sources that can be played."""
