<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name></name>
    <message>
        <source>This one was added before. You find it in Miauflix.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The torrent file can&apos;t be read: {reason}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{name}” asks to come in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Approve it only if its screen shows the code {code}. Address: {address}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Approve</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Deny</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sources</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{title}” was added.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open one of the addresses in the status window yourself.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No browser could be opened</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add a video</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>magnet:?xt=… or a torrent file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Magnet link or torrent file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Title, if you like another one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Title</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a file…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Or drop it on the status window. Stream only what you may.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Torrent files (*.torrent)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Back up the keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check a backup</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep a copy of your keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Continue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Everything Miauflix knows is encrypted. If the keys are lost, with the keyring or the whole computer, nothing of it can be read again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You choose a pass phrase, save a small file and check it. Keep the file away from this computer: on a USB stick, say, or with your other backups.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nobody will ever ask you for this file or its pass phrase: no support, no update, no website.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a pass phrase</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It opens the backup. Write it down: it can&apos;t be found out or reset.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save the backup</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>File</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A file that is not there yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Best straight onto the stick or disk where it will be kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the backup</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose the file where it is kept and type its pass phrase. Some of your sources are then decrypted with that copy alone.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The backup is good</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Done</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>It opens the database, and %n source(s) were decrypted with it.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n source(s) can&apos;t be decrypted with any key.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Choose the backup</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Key backups (*.json);;All files (*)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Backup file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Its pass phrase</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Made on {moment}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recovery key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All rows of the recovery key; blanks and dashes don&apos;t matter.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A backup file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A printed recovery key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose: {field}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show: {field}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pair a device</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>QR code that lets a phone in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No device is waiting. One that opens the address shows up here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This computer is in no network.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Miauflix is not running at present.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{name}” is in.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Waiting for approval</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Phone or tablet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Point its camera here. It is let in at once.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New code</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Each code lets one device in, within ten minutes.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>TV or computer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open its browser and type this address:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It shows a code. Compare it and approve it below.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A device asks to come in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pass phrase</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>At least 10 characters. Four or five words do well.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The same again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Strength</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The two pass phrases differ.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Very weak: guessed at once</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Weak: guessed in hours</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fair: better with one more word</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Good</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Strong</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bring the keys back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Which copy of the keys?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Opening the copy…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This will happen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bring them back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing else is changed: your sources, devices and videos stay.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Writing…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The keys are back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start Miauflix</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The former key is kept in {place}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Everything plays again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Encrypt everything with a new key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Begin</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The key of the torrents</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The key of the database</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Progress</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Do this when somebody may have seen a key, or now and then. Everything plays on meanwhile.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What identifies your torrents is encrypted anew, row by row.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The database is copied under a new key. It takes as much room again for a moment.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Making a new key…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Encrypting: {done} of {total}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Verifying: {done} of {total}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copying the database…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The new key is in use</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Back up the new keys…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Backups of the former keys don&apos;t open what is here from now on. Make a new one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The database has a new key.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n row(s) were encrypted anew.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n row(s) can&apos;t be decrypted with any key; they stay as they were.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Miauflix recovery key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} can&apos;t be written.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>These rows open everything that Miauflix keeps on your computer. Keep this page where you keep a passport. Nobody will ever ask you for it: no support, no update, no website.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Printed on {day}. After the keys were changed, print a new one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>To bring the keys back: start Miauflix, choose “Bring the keys back…”, then “A printed recovery key”. Type the rows without their numbers, or scan the code with a phone that is offline.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save the recovery sheet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>PDF (*.pdf)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save the recovery sheet…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>On paper, too</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One page with the keys as text and QR code. It needs no pass phrase: keep it safe.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saved in {path}. Print it, then delete the file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n byte(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Opening the keys…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Working on the pass phrase…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Comparing the keys with the database…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Decrypting some sources…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Miauflix is not running</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Miauflix is not running. Wait until it has started.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Something unexpected happened ({kind}). Try again; the log file has the details.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Miauflix could not start</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Could not start</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n device(s) waiting for approval</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Playing %n stream(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Paused</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Getting %n title(s) ready</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Ready</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bring the keys back…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Back up the keys…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open the settings…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no checked backup of your keys. If they are lost, nothing that Miauflix keeps can be read again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The settings could not be saved: {reason}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Miauflix settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pages</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Apply</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo changes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saved. Miauflix runs with the new settings.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing was changed: see the field that is marked.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Applying… Miauflix restarts; what plays goes on after a moment.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>General</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start with the computer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Miauflix starts in the tray when you sign in. Takes effect at once.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This could not be changed: {reason}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>On your network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What TVs and phones see when they look for Miauflix.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Port</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The number behind the colon in the address of Miauflix.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Any free</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Be found on the network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Announces Miauflix as miauflix.local. Addresses work without it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Storage</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder for videos</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Videos lie there under names that say nothing.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use at most</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What was not played for the longest goes first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No limit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Speed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Download at most</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Upload at most</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Port {port} is taken by another program, or reserved. Choose another one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing can be kept in this folder: {reason}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Security</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Everything Miauflix knows is encrypted. The keys are kept apart from it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Back up…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check a backup…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>From a backup file or a printed recovery key. You see what it will do before anything is written.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Encrypts everything anew while all plays on. Backups of the former keys then serve no longer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make new keys…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Inside your home network pages and videos travel unencrypted, as TVs need it. Only devices that you approved get any.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>They are kept in {place}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A backup of them was checked on {moment}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no checked backup of them yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open Miauflix</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What is shown</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Coming up</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Problems</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This takes a few seconds. The system&apos;s keyring may ask you.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Starting Miauflix…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopping Miauflix…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open streams are being closed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no magnet link on the clipboard.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{headline} · version {version}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Open Miauflix</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Status</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pair a &amp;device…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pause &amp;all</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Se&amp;ttings…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Resume</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Type one of these on a TV or phone in the same network:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This computer is in no network. Connect it to reach Miauflix from other devices.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy {url}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close the message</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Approve {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Deny {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resume</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pause</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing is being got ready. Browse on a TV: what you look at is prepared, so that it plays at once.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings of the sources</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where Miauflix looks for what you want to watch.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No source is switched on. Choose some in the settings, or add magnet links and torrent files.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Since Miauflix was started; the log has more. It never names what you watch.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing went wrong. That is how it should be.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paused. What plays goes on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Getting titles ready is switched off in the settings.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paused: this network is paid by what is used.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paused: there is too little room on the disk.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Used {used} of {limit} this hour.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Used {used} this hour.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing is playing. Open Miauflix in a browser or on a TV and press Play.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is nothing to play yet. Open Miauflix, or drop a magnet link or a torrent file here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No torrent is active. Torrents start when something is played and rest a while after.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Playing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Torrents</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Addresses</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Storage used</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{used} of {limit} used</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{used} used</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{free} free on the disk</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Device</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quality</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Position</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Buffered</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>State</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Down</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Up</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Peers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Priority</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Found</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Last asked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>When</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What happened</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Waiting…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Finding details</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Downloading</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Complete</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Checking</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not known yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In focus</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next to it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>On the screen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Near</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Searching</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Loading</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ready to play</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No source found</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not asked yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Works</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Works; had nothing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Works; answered from memory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Slow</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not reachable</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Refuses us for now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Answers what can&apos;t be read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Refuses; check its API key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Left alone for a while</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{state}, until {time}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Never</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>StepDialog</name>
    <message>
        <source>Working</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Back</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
