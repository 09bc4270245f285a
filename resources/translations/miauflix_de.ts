<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name></name>
    <message>
        <source>This one was added before. You find it in Miauflix.</source>
        <translation>Dieses Video gibt es schon. Du findest es in Miauflix.</translation>
    </message>
    <message>
        <source>The torrent file can&apos;t be read: {reason}.</source>
        <translation>Die Torrent-Datei lässt sich nicht lesen: {reason}.</translation>
    </message>
    <message>
        <source>“{name}” asks to come in</source>
        <translation>„{name}“ bittet um Einlass</translation>
    </message>
    <message>
        <source>Approve it only if its screen shows the code {code}. Address: {address}</source>
        <translation>Lass es nur herein, wenn sein Bildschirm den Code {code} zeigt. Adresse: {address}</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Zeigen</translation>
    </message>
    <message>
        <source>Approve</source>
        <translation>Hereinlassen</translation>
    </message>
    <message>
        <source>Deny</source>
        <translation>Ablehnen</translation>
    </message>
    <message>
        <source>Sources</source>
        <translation>Quellen</translation>
    </message>
    <message>
        <source>Miauflix comes without addresses of indexes. Add only what you may use, and stream only what is legal.</source>
        <translation>Miauflix bringt keine Adressen von Verzeichnissen mit. Trag nur ein, was du nutzen darfst, und sieh nur, was erlaubt ist.</translation>
    </message>
    <message>
        <source>Films in the public domain and openly licensed ones.</source>
        <translation>Gemeinfreie und frei lizenzierte Filme.</translation>
    </message>
    <message>
        <source>Films.</source>
        <translation>Filme.</translation>
    </message>
    <message>
        <source>Episodes of shows.</source>
        <translation>Folgen von Serien.</translation>
    </message>
    <message>
        <source>Films and shows.</source>
        <translation>Filme und Serien.</translation>
    </message>
    <message>
        <source>RARBG speaks</source>
        <translation>RARBG spricht</translation>
    </message>
    <message>
        <source>Torznab servers</source>
        <translation>Torznab-Server</translation>
    </message>
    <message>
        <source>Who goes first</source>
        <translation>Wer zuerst kommt</translation>
    </message>
    <message>
        <source>Counts only between sources that are equally good. Usually YTS is first for films and EZTV for episodes. Alt with an arrow key moves a line, too.</source>
        <translation>Zählt nur zwischen gleich guten Quellen. Üblich ist YTS zuerst bei Filmen, EZTV bei Folgen. Alt mit einer Pfeiltaste verschiebt eine Zeile ebenso.</translation>
    </message>
    <message>
        <source>Order</source>
        <translation>Reihenfolge</translation>
    </message>
    <message>
        <source>A Torznab server, such as Jackett or Prowlarr.</source>
        <translation>Ein Torznab-Server, etwa Jackett oder Prowlarr.</translation>
    </message>
    <message>
        <source>Letters, digits, - and _.</source>
        <translation>Buchstaben, Ziffern, - und _.</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Add a Torznab server</source>
        <translation>Torznab-Server hinzufügen</translation>
    </message>
    <message>
        <source>Jackett and Prowlarr are such servers. Its API key is asked for afterwards.</source>
        <translation>Jackett und Prowlarr sind solche Server. Der API-Schlüssel wird anschließend abgefragt.</translation>
    </message>
    <message>
        <source>Rather not play</source>
        <translation>Lieber nicht abspielen</translation>
    </message>
    <message>
        <source>Larger than</source>
        <translation>Größer als</translation>
    </message>
    <message>
        <source>Chosen only when there is nothing else.</source>
        <translation>Wird nur gewählt, wenn es nichts anderes gibt.</translation>
    </message>
    <message>
        <source>Any size</source>
        <translation>Jede Größe</translation>
    </message>
    <message>
        <source>Any resolution</source>
        <translation>Jede Auflösung</translation>
    </message>
    <message>
        <source>Sharper than</source>
        <translation>Schärfer als</translation>
    </message>
    <message>
        <source>See the field that is marked.</source>
        <translation>Sieh dir das markierte Feld an.</translation>
    </message>
    <message>
        <source>“{title}” was added.</source>
        <translation>„{title}“ ist dabei.</translation>
    </message>
    <message>
        <source>Open one of the addresses in the status window yourself.</source>
        <translation>Öffne selbst eine der Adressen im Statusfenster.</translation>
    </message>
    <message>
        <source>No browser could be opened</source>
        <translation>Es ließ sich kein Browser öffnen</translation>
    </message>
    <message>
        <source>Add a video</source>
        <translation>Video hinzufügen</translation>
    </message>
    <message>
        <source>magnet:?xt=… or a torrent file</source>
        <translation>magnet:?xt=… oder eine Torrent-Datei</translation>
    </message>
    <message>
        <source>Magnet link or torrent file</source>
        <translation>Magnet-Link oder Torrent-Datei</translation>
    </message>
    <message>
        <source>Title, if you like another one</source>
        <translation>Titel, falls du einen anderen willst</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Titel</translation>
    </message>
    <message>
        <source>Choose a file…</source>
        <translation>Datei wählen…</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>Hinzufügen</translation>
    </message>
    <message>
        <source>Or drop it on the status window. Stream only what you may.</source>
        <translation>Oder zieh es auf das Statusfenster. Sieh nur, was du darfst.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Torrent files (*.torrent)</source>
        <translation>Torrent-Dateien (*.torrent)</translation>
    </message>
    <message>
        <source>Back up the keys</source>
        <translation>Schlüssel sichern</translation>
    </message>
    <message>
        <source>Check a backup</source>
        <translation>Sicherung prüfen</translation>
    </message>
    <message>
        <source>Keep a copy of your keys</source>
        <translation>Bewahre eine Kopie deiner Schlüssel auf</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>Everything Miauflix knows is encrypted. If the keys are lost, with the keyring or the whole computer, nothing of it can be read again.</source>
        <translation>Alles, was Miauflix weiß, ist verschlüsselt. Gehen die Schlüssel verloren, mit dem Schlüsselbund oder dem ganzen Rechner, lässt sich nichts davon je wieder lesen.</translation>
    </message>
    <message>
        <source>You choose a pass phrase, save a small file and check it. Keep the file away from this computer: on a USB stick, say, or with your other backups.</source>
        <translation>Du wählst eine Passphrase, speicherst eine kleine Datei und prüfst sie. Bewahre die Datei getrennt von diesem Rechner auf: auf einem USB-Stick etwa, oder bei deinen anderen Sicherungen.</translation>
    </message>
    <message>
        <source>Nobody will ever ask you for this file or its pass phrase: no support, no update, no website.</source>
        <translation>Niemand wird dich je nach dieser Datei oder ihrer Passphrase fragen: kein Support, kein Update, keine Website.</translation>
    </message>
    <message>
        <source>Choose a pass phrase</source>
        <translation>Wähle eine Passphrase</translation>
    </message>
    <message>
        <source>It opens the backup. Write it down: it can&apos;t be found out or reset.</source>
        <translation>Sie öffnet die Sicherung. Schreib sie auf: Sie lässt sich weder herausfinden noch zurücksetzen.</translation>
    </message>
    <message>
        <source>Save the backup</source>
        <translation>Sicherung speichern</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>A file that is not there yet.</source>
        <translation>Eine Datei, die es noch nicht gibt.</translation>
    </message>
    <message>
        <source>Best straight onto the stick or disk where it will be kept.</source>
        <translation>Am besten gleich auf den Stick oder die Platte, wo sie bleiben soll.</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>Wird gespeichert…</translation>
    </message>
    <message>
        <source>Check the backup</source>
        <translation>Sicherung prüfen</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>Choose the file where it is kept and type its pass phrase. Some of your sources are then decrypted with that copy alone.</source>
        <translation>Wähle die Datei dort, wo sie liegt, und gib ihre Passphrase ein. Dann werden einige deiner Quellen allein mit dieser Kopie entschlüsselt.</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>Wird geprüft…</translation>
    </message>
    <message>
        <source>The backup is good</source>
        <translation>Die Sicherung ist gut</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message numerus="yes">
        <source>It opens the database, and %n source(s) were decrypted with it.</source>
        <translation>
            <numerusform>Sie öffnet die Datenbank, und %n Quelle wurde damit entschlüsselt.</numerusform>
            <numerusform>Sie öffnet die Datenbank, und %n Quellen wurden damit entschlüsselt.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n source(s) can&apos;t be decrypted with any key.</source>
        <translation>
            <numerusform>%n Quelle lässt sich mit keinem Schlüssel entschlüsseln.</numerusform>
            <numerusform>%n Quellen lassen sich mit keinem Schlüssel entschlüsseln.</numerusform>
        </translation>
    </message>
    <message>
        <source>Choose the backup</source>
        <translation>Sicherung wählen</translation>
    </message>
    <message>
        <source>Key backups (*.json);;All files (*)</source>
        <translation>Schlüsselsicherungen (*.json);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Backup file</source>
        <translation>Sicherungsdatei</translation>
    </message>
    <message>
        <source>Its pass phrase</source>
        <translation>Ihre Passphrase</translation>
    </message>
    <message>
        <source>Made on {moment}.</source>
        <translation>Erstellt am {moment}.</translation>
    </message>
    <message>
        <source>Recovery key</source>
        <translation>Wiederherstellungsschlüssel</translation>
    </message>
    <message>
        <source>All rows of the recovery key; blanks and dashes don&apos;t matter.</source>
        <translation>Alle Zeilen des Wiederherstellungsschlüssels; Leerzeichen und Striche sind egal.</translation>
    </message>
    <message>
        <source>A backup file</source>
        <translation>Eine Sicherungsdatei</translation>
    </message>
    <message>
        <source>A printed recovery key</source>
        <translation>Ein gedruckter Wiederherstellungsschlüssel</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Wählen…</translation>
    </message>
    <message>
        <source>Choose: {field}</source>
        <translation>Wählen: {field}</translation>
    </message>
    <message>
        <source>Show: {field}</source>
        <translation>Zeigen: {field}</translation>
    </message>
    <message>
        <source>Pair a device</source>
        <translation>Gerät koppeln</translation>
    </message>
    <message>
        <source>QR code that lets a phone in</source>
        <translation>QR-Code, der ein Telefon hereinlässt</translation>
    </message>
    <message>
        <source>No device is waiting. One that opens the address shows up here.</source>
        <translation>Kein Gerät wartet. Wer die Adresse öffnet, erscheint hier.</translation>
    </message>
    <message>
        <source>This computer is in no network.</source>
        <translation>Dieser Rechner ist in keinem Netz.</translation>
    </message>
    <message>
        <source>Miauflix is not running at present.</source>
        <translation>Miauflix läuft gerade nicht.</translation>
    </message>
    <message>
        <source>“{name}” is in.</source>
        <translation>„{name}“ ist dabei.</translation>
    </message>
    <message>
        <source>Waiting for approval</source>
        <translation>Warten auf Einlass</translation>
    </message>
    <message>
        <source>Phone or tablet</source>
        <translation>Telefon oder Tablet</translation>
    </message>
    <message>
        <source>Point its camera here. It is let in at once.</source>
        <translation>Halte die Kamera hierauf. Es ist sofort dabei.</translation>
    </message>
    <message>
        <source>New code</source>
        <translation>Neuer Code</translation>
    </message>
    <message>
        <source>Each code lets one device in, within ten minutes.</source>
        <translation>Jeder Code lässt ein Gerät herein, innerhalb von zehn Minuten.</translation>
    </message>
    <message>
        <source>TV or computer</source>
        <translation>Fernseher oder Rechner</translation>
    </message>
    <message>
        <source>Open its browser and type this address:</source>
        <translation>Öffne dort den Browser und gib diese Adresse ein:</translation>
    </message>
    <message>
        <source>It shows a code. Compare it and approve it below.</source>
        <translation>Es zeigt einen Code. Vergleiche ihn und lass es unten herein.</translation>
    </message>
    <message>
        <source>A device asks to come in</source>
        <translation>Ein Gerät bittet um Einlass</translation>
    </message>
    <message>
        <source>Pass phrase</source>
        <translation>Passphrase</translation>
    </message>
    <message>
        <source>At least 10 characters. Four or five words do well.</source>
        <translation>Mindestens 10 Zeichen. Vier oder fünf Wörter sind gut.</translation>
    </message>
    <message>
        <source>The same again</source>
        <translation>Noch einmal</translation>
    </message>
    <message>
        <source>Strength</source>
        <translation>Stärke</translation>
    </message>
    <message>
        <source>The two pass phrases differ.</source>
        <translation>Die beiden Passphrasen sind verschieden.</translation>
    </message>
    <message>
        <source>Very weak: guessed at once</source>
        <translation>Sehr schwach: sofort erraten</translation>
    </message>
    <message>
        <source>Weak: guessed in hours</source>
        <translation>Schwach: in Stunden erraten</translation>
    </message>
    <message>
        <source>Fair: better with one more word</source>
        <translation>Mittel: besser mit einem Wort mehr</translation>
    </message>
    <message>
        <source>Good</source>
        <translation>Gut</translation>
    </message>
    <message>
        <source>Strong</source>
        <translation>Stark</translation>
    </message>
    <message>
        <source>Bring the keys back</source>
        <translation>Schlüssel zurückholen</translation>
    </message>
    <message>
        <source>Which copy of the keys?</source>
        <translation>Welche Kopie der Schlüssel?</translation>
    </message>
    <message>
        <source>Opening the copy…</source>
        <translation>Die Kopie wird geöffnet…</translation>
    </message>
    <message>
        <source>This will happen</source>
        <translation>Das wird geschehen</translation>
    </message>
    <message>
        <source>Bring them back</source>
        <translation>Zurückholen</translation>
    </message>
    <message>
        <source>Nothing else is changed: your sources, devices and videos stay.</source>
        <translation>Sonst ändert sich nichts: Quellen, Geräte und Videos bleiben.</translation>
    </message>
    <message>
        <source>Writing…</source>
        <translation>Wird geschrieben…</translation>
    </message>
    <message>
        <source>The keys are back</source>
        <translation>Die Schlüssel sind zurück</translation>
    </message>
    <message>
        <source>Start Miauflix</source>
        <translation>Miauflix starten</translation>
    </message>
    <message>
        <source>The former key is kept in {place}.</source>
        <translation>Der frühere Schlüssel bleibt in {place}.</translation>
    </message>
    <message>
        <source>Everything plays again.</source>
        <translation>Alles läuft wieder.</translation>
    </message>
    <message>
        <source>New keys</source>
        <translation>Neue Schlüssel</translation>
    </message>
    <message>
        <source>Encrypt everything with a new key</source>
        <translation>Alles mit einem neuen Schlüssel verschlüsseln</translation>
    </message>
    <message>
        <source>Begin</source>
        <translation>Beginnen</translation>
    </message>
    <message>
        <source>The key of the torrents</source>
        <translation>Der Schlüssel der Torrents</translation>
    </message>
    <message>
        <source>The key of the database</source>
        <translation>Der Schlüssel der Datenbank</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>Do this when somebody may have seen a key, or now and then. Everything plays on meanwhile.</source>
        <translation>Sinnvoll, wenn jemand einen Schlüssel gesehen haben könnte, oder ab und zu. Währenddessen läuft alles weiter.</translation>
    </message>
    <message>
        <source>What identifies your torrents is encrypted anew, row by row.</source>
        <translation>Was deine Torrents kennzeichnet, wird Zeile für Zeile neu verschlüsselt.</translation>
    </message>
    <message>
        <source>The database is copied under a new key. It takes as much room again for a moment.</source>
        <translation>Die Datenbank wird unter einem neuen Schlüssel kopiert. Das braucht kurz noch einmal so viel Platz.</translation>
    </message>
    <message>
        <source>Making a new key…</source>
        <translation>Ein neuer Schlüssel entsteht…</translation>
    </message>
    <message>
        <source>Encrypting: {done} of {total}</source>
        <translation>Verschlüsselt: {done} von {total}</translation>
    </message>
    <message>
        <source>Verifying: {done} of {total}</source>
        <translation>Geprüft: {done} von {total}</translation>
    </message>
    <message>
        <source>Copying the database…</source>
        <translation>Die Datenbank wird kopiert…</translation>
    </message>
    <message>
        <source>The new key is in use</source>
        <translation>Der neue Schlüssel gilt</translation>
    </message>
    <message>
        <source>Back up the new keys…</source>
        <translation>Neue Schlüssel sichern…</translation>
    </message>
    <message>
        <source>Backups of the former keys don&apos;t open what is here from now on. Make a new one.</source>
        <translation>Sicherungen der früheren Schlüssel öffnen nicht, was ab jetzt hier liegt. Mach eine neue.</translation>
    </message>
    <message>
        <source>The database has a new key.</source>
        <translation>Die Datenbank hat einen neuen Schlüssel.</translation>
    </message>
    <message numerus="yes">
        <source>%n row(s) were encrypted anew.</source>
        <translation>
            <numerusform>%n Zeile wurde neu verschlüsselt.</numerusform>
            <numerusform>%n Zeilen wurden neu verschlüsselt.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n row(s) can&apos;t be decrypted with any key; they stay as they were.</source>
        <translation>
            <numerusform>%n Zeile lässt sich mit keinem Schlüssel entschlüsseln; sie bleibt, wie sie war.</numerusform>
            <numerusform>%n Zeilen lassen sich mit keinem Schlüssel entschlüsseln; sie bleiben, wie sie waren.</numerusform>
        </translation>
    </message>
    <message>
        <source>Miauflix recovery key</source>
        <translation>Wiederherstellungsschlüssel von Miauflix</translation>
    </message>
    <message>
        <source>{path} can&apos;t be written.</source>
        <translation>{path} lässt sich nicht schreiben.</translation>
    </message>
    <message>
        <source>These rows open everything that Miauflix keeps on your computer. Keep this page where you keep a passport. Nobody will ever ask you for it: no support, no update, no website.</source>
        <translation>Diese Zeilen öffnen alles, was Miauflix auf deinem Rechner aufbewahrt. Leg dieses Blatt dorthin, wo dein Pass liegt. Niemand wird dich je danach fragen: kein Support, kein Update, keine Website.</translation>
    </message>
    <message>
        <source>Printed on {day}. After the keys were changed, print a new one.</source>
        <translation>Gedruckt am {day}. Druck nach einem Wechsel der Schlüssel ein neues Blatt.</translation>
    </message>
    <message>
        <source>To bring the keys back: start Miauflix, choose “Bring the keys back…”, then “A printed recovery key”. Type the rows without their numbers, or scan the code with a phone that is offline.</source>
        <translation>So kommen die Schlüssel zurück: Starte Miauflix, wähle „Schlüssel zurückholen…“, dann „Ein gedruckter Wiederherstellungsschlüssel“. Gib die Zeilen ohne ihre Nummern ein, oder lies den Code mit einem Telefon ohne Netz.</translation>
    </message>
    <message>
        <source>Save the recovery sheet</source>
        <translation>Wiederherstellungsblatt speichern</translation>
    </message>
    <message>
        <source>PDF (*.pdf)</source>
        <translation>PDF (*.pdf)</translation>
    </message>
    <message>
        <source>Save the recovery sheet…</source>
        <translation>Wiederherstellungsblatt speichern…</translation>
    </message>
    <message>
        <source>On paper, too</source>
        <translation>Auch auf Papier</translation>
    </message>
    <message>
        <source>One page with the keys as text and QR code. It needs no pass phrase: keep it safe.</source>
        <translation>Eine Seite mit den Schlüsseln als Text und QR-Code. Sie braucht keine Passphrase: Bewahre sie sicher auf.</translation>
    </message>
    <message>
        <source>Saved in {path}. Print it, then delete the file.</source>
        <translation>Gespeichert in {path}. Druck es, dann lösch die Datei.</translation>
    </message>
    <message numerus="yes">
        <source>%n byte(s)</source>
        <translation>
            <numerusform>%n Byte</numerusform>
            <numerusform>%n Byte</numerusform>
        </translation>
    </message>
    <message>
        <source>Opening the keys…</source>
        <translation>Die Schlüssel werden geöffnet…</translation>
    </message>
    <message>
        <source>Working on the pass phrase…</source>
        <translation>Die Passphrase wird verarbeitet…</translation>
    </message>
    <message>
        <source>Comparing the keys with the database…</source>
        <translation>Die Schlüssel werden mit der Datenbank verglichen…</translation>
    </message>
    <message>
        <source>Decrypting some sources…</source>
        <translation>Einige Quellen werden entschlüsselt…</translation>
    </message>
    <message>
        <source>Miauflix is not running</source>
        <translation>Miauflix läuft nicht</translation>
    </message>
    <message>
        <source>Miauflix is not running. Wait until it has started.</source>
        <translation>Miauflix läuft nicht. Warte, bis es gestartet ist.</translation>
    </message>
    <message>
        <source>Something unexpected happened ({kind}). Try again; the log file has the details.</source>
        <translation>Etwas Unerwartetes ist geschehen ({kind}). Versuch es noch einmal; Näheres steht im Protokoll.</translation>
    </message>
    <message>
        <source>Miauflix could not start</source>
        <translation>Miauflix konnte nicht starten</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>Startet…</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>Hält an…</translation>
    </message>
    <message>
        <source>Could not start</source>
        <translation>Konnte nicht starten</translation>
    </message>
    <message numerus="yes">
        <source>%n device(s) waiting for approval</source>
        <translation>
            <numerusform>%n Gerät wartet auf Einlass</numerusform>
            <numerusform>%n Geräte warten auf Einlass</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Playing %n stream(s)</source>
        <translation>
            <numerusform>%n Video läuft</numerusform>
            <numerusform>%n Videos laufen</numerusform>
        </translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Angehalten</translation>
    </message>
    <message numerus="yes">
        <source>Getting %n title(s) ready</source>
        <translation>
            <numerusform>%n Titel wird vorbereitet</numerusform>
            <numerusform>%n Titel werden vorbereitet</numerusform>
        </translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>Bereit</translation>
    </message>
    <message>
        <source>Bring the keys back…</source>
        <translation>Schlüssel zurückholen…</translation>
    </message>
    <message>
        <source>Back up the keys…</source>
        <translation>Schlüssel sichern…</translation>
    </message>
    <message>
        <source>Open the settings…</source>
        <translation>Einstellungen öffnen…</translation>
    </message>
    <message>
        <source>There is no checked backup of your keys. If they are lost, nothing that Miauflix keeps can be read again.</source>
        <translation>Es gibt keine geprüfte Sicherung deiner Schlüssel. Gehen sie verloren, lässt sich nichts mehr lesen, was Miauflix aufbewahrt.</translation>
    </message>
    <message>
        <source>The settings could not be saved: {reason}.</source>
        <translation>Die Einstellungen ließen sich nicht speichern: {reason}.</translation>
    </message>
    <message>
        <source>Miauflix settings</source>
        <translation>Einstellungen von Miauflix</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>Seiten</translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>Übernehmen</translation>
    </message>
    <message>
        <source>Undo changes</source>
        <translation>Änderungen verwerfen</translation>
    </message>
    <message>
        <source>Saved. Miauflix runs with the new settings.</source>
        <translation>Gespeichert. Miauflix läuft mit den neuen Einstellungen.</translation>
    </message>
    <message>
        <source>Nothing was changed: see the field that is marked.</source>
        <translation>Nichts wurde geändert: Sieh dir das markierte Feld an.</translation>
    </message>
    <message>
        <source>Applying… Miauflix restarts; what plays goes on after a moment.</source>
        <translation>Wird übernommen… Miauflix startet neu; was läuft, geht gleich weiter.</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>General</source>
        <translation>Allgemein</translation>
    </message>
    <message>
        <source>Start with the computer</source>
        <translation>Mit dem Rechner starten</translation>
    </message>
    <message>
        <source>Miauflix starts in the tray when you sign in. Takes effect at once.</source>
        <translation>Miauflix startet in der Leiste, wenn du dich anmeldest. Gilt sofort.</translation>
    </message>
    <message>
        <source>This could not be changed: {reason}.</source>
        <translation>Das ließ sich nicht ändern: {reason}.</translation>
    </message>
    <message>
        <source>On your network</source>
        <translation>In deinem Netz</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>What TVs and phones see when they look for Miauflix.</source>
        <translation>Was Fernseher und Telefone sehen, wenn sie Miauflix suchen.</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>Port</translation>
    </message>
    <message>
        <source>The number behind the colon in the address of Miauflix.</source>
        <translation>Die Zahl hinter dem Doppelpunkt in der Adresse von Miauflix.</translation>
    </message>
    <message>
        <source>Any free</source>
        <translation>Irgendein freier</translation>
    </message>
    <message>
        <source>Be found on the network</source>
        <translation>Im Netz zu finden sein</translation>
    </message>
    <message>
        <source>TVs and phones find Miauflix by its name. Its addresses work without it.</source>
        <translation>Fernseher und Telefone finden Miauflix unter seinem Namen. Die Adressen gehen auch ohne.</translation>
    </message>
    <message>
        <source>Storage</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>Folder for videos</source>
        <translation>Ordner für Videos</translation>
    </message>
    <message>
        <source>Videos lie there under names that say nothing.</source>
        <translation>Videos liegen dort unter Namen, die nichts verraten.</translation>
    </message>
    <message>
        <source>Use at most</source>
        <translation>Höchstens nutzen</translation>
    </message>
    <message>
        <source>What was not played for the longest goes first.</source>
        <translation>Was am längsten nicht lief, geht zuerst.</translation>
    </message>
    <message>
        <source>Advanced</source>
        <translation>Erweitert</translation>
    </message>
    <message>
        <source>Saved in {path}. Look into it before you send it.</source>
        <translation>Gespeichert in {path}. Sieh hinein, bevor du es verschickst.</translation>
    </message>
    <message>
        <source>It could not be saved: {reason}.</source>
        <translation>Es ließ sich nicht speichern: {reason}.</translation>
    </message>
    <message>
        <source>Getting titles ready</source>
        <translation>Titel vorbereiten</translation>
    </message>
    <message>
        <source>So that it plays at once.</source>
        <translation>Damit es sofort läuft.</translation>
    </message>
    <message>
        <source>Get ready what is looked at</source>
        <translation>Vorbereiten, was angesehen wird</translation>
    </message>
    <message>
        <source>At most at once</source>
        <translation>Höchstens zugleich</translation>
    </message>
    <message>
        <source>No limit</source>
        <translation>Keine Grenze</translation>
    </message>
    <message>
        <source>Data an hour</source>
        <translation>Daten je Stunde</translation>
    </message>
    <message>
        <source>Room on the disk</source>
        <translation>Platz auf der Platte</translation>
    </message>
    <message>
        <source>SOCKS5, as host:port. Empty for a direct way. All of BitTorrent goes through it.</source>
        <translation>SOCKS5, als Host:Port. Leer für den direkten Weg. Alles von BitTorrent geht hindurch.</translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation>Proxy</translation>
    </message>
    <message>
        <source>Find peers without trackers</source>
        <translation>Teilnehmer ohne Tracker finden</translation>
    </message>
    <message>
        <source>By DHT, the network of peers itself.</source>
        <translation>Über DHT, das Netz der Teilnehmer selbst.</translation>
    </message>
    <message>
        <source>Ask the router to let peers in</source>
        <translation>Den Router um Einlass für Teilnehmer bitten</translation>
    </message>
    <message>
        <source>By UPnP and NAT-PMP. Faster, and seen by more.</source>
        <translation>Über UPnP und NAT-PMP. Schneller, und für mehr sichtbar.</translation>
    </message>
    <message>
        <source>Logs</source>
        <translation>Protokolle</translation>
    </message>
    <message>
        <source>They never name what you watch. The bundle holds no addresses either.</source>
        <translation>Sie nennen nie, was du siehst. Das Paket enthält auch keine Adressen.</translation>
    </message>
    <message>
        <source>Open the folder</source>
        <translation>Ordner öffnen</translation>
    </message>
    <message>
        <source>Open the folder of the logs</source>
        <translation>Ordner der Protokolle öffnen</translation>
    </message>
    <message>
        <source>Save a log bundle…</source>
        <translation>Protokollpaket speichern…</translation>
    </message>
    <message>
        <source>ZIP files (*.zip)</source>
        <translation>ZIP-Dateien (*.zip)</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>Tempo</translation>
    </message>
    <message>
        <source>Download at most</source>
        <translation>Höchstens laden mit</translation>
    </message>
    <message>
        <source>Upload at most</source>
        <translation>Höchstens senden mit</translation>
    </message>
    <message>
        <source>Port {port} is taken by another program, or reserved. Choose another one.</source>
        <translation>Port {port} gehört einem anderen Programm oder ist reserviert. Wähle einen anderen.</translation>
    </message>
    <message>
        <source>Nothing can be kept in this folder: {reason}.</source>
        <translation>In diesem Ordner lässt sich nichts aufbewahren: {reason}.</translation>
    </message>
    <message>
        <source>Security</source>
        <translation>Sicherheit</translation>
    </message>
    <message>
        <source>Everything Miauflix knows is encrypted. The keys are kept apart from it.</source>
        <translation>Alles, was Miauflix weiß, ist verschlüsselt. Die Schlüssel liegen getrennt davon.</translation>
    </message>
    <message>
        <source>Your keys</source>
        <translation>Deine Schlüssel</translation>
    </message>
    <message>
        <source>Back up…</source>
        <translation>Sichern…</translation>
    </message>
    <message>
        <source>Check a backup…</source>
        <translation>Sicherung prüfen…</translation>
    </message>
    <message>
        <source>From a backup file or a printed recovery key. You see what it will do before anything is written.</source>
        <translation>Aus einer Sicherungsdatei oder einem gedruckten Wiederherstellungsschlüssel. Du siehst, was geschieht, bevor etwas geschrieben wird.</translation>
    </message>
    <message>
        <source>Encrypts everything anew while all plays on. Backups of the former keys then serve no longer.</source>
        <translation>Verschlüsselt alles neu, während alles weiterläuft. Sicherungen der früheren Schlüssel nützen dann nichts mehr.</translation>
    </message>
    <message>
        <source>Make new keys…</source>
        <translation>Neue Schlüssel machen…</translation>
    </message>
    <message>
        <source>Inside your home network pages and videos travel unencrypted, as TVs need it. Only devices that you approved get any.</source>
        <translation>In deinem Heimnetz reisen Seiten und Videos unverschlüsselt, weil Fernseher es so brauchen. Nur Geräte, die du hereingelassen hast, bekommen etwas.</translation>
    </message>
    <message>
        <source>They are kept in {place}.</source>
        <translation>Sie liegen in {place}.</translation>
    </message>
    <message>
        <source>A backup of them was checked on {moment}.</source>
        <translation>Eine Sicherung davon wurde am {moment} geprüft.</translation>
    </message>
    <message>
        <source>There is no checked backup of them yet.</source>
        <translation>Es gibt noch keine geprüfte Sicherung davon.</translation>
    </message>
    <message>
        <source>Open Miauflix</source>
        <translation>Miauflix öffnen</translation>
    </message>
    <message>
        <source>Add…</source>
        <translation>Hinzufügen…</translation>
    </message>
    <message>
        <source>What is shown</source>
        <translation>Was gezeigt wird</translation>
    </message>
    <message>
        <source>Now</source>
        <translation>Jetzt</translation>
    </message>
    <message>
        <source>Coming up</source>
        <translation>Demnächst</translation>
    </message>
    <message>
        <source>Problems</source>
        <translation>Probleme</translation>
    </message>
    <message>
        <source>This takes a few seconds. The system&apos;s keyring may ask you.</source>
        <translation>Das dauert ein paar Sekunden. Vielleicht fragt dich der Schlüsselbund.</translation>
    </message>
    <message>
        <source>Starting Miauflix…</source>
        <translation>Miauflix startet…</translation>
    </message>
    <message>
        <source>Stopping Miauflix…</source>
        <translation>Miauflix hält an…</translation>
    </message>
    <message>
        <source>Open streams are being closed.</source>
        <translation>Offene Videos werden geschlossen.</translation>
    </message>
    <message>
        <source>There is no magnet link on the clipboard.</source>
        <translation>In der Zwischenablage ist kein Magnet-Link.</translation>
    </message>
    <message>
        <source>{headline} · version {version}</source>
        <translation>{headline} · Version {version}</translation>
    </message>
    <message>
        <source>&amp;Open Miauflix</source>
        <translation>Miauflix ö&amp;ffnen</translation>
    </message>
    <message>
        <source>&amp;Status</source>
        <translation>&amp;Status</translation>
    </message>
    <message>
        <source>Pair a &amp;device…</source>
        <translation>&amp;Gerät koppeln…</translation>
    </message>
    <message>
        <source>Pause &amp;getting ready</source>
        <translation>&amp;Vorbereiten anhalten</translation>
    </message>
    <message>
        <source>Resume &amp;getting ready</source>
        <translation>&amp;Vorbereiten fortsetzen</translation>
    </message>
    <message>
        <source>Se&amp;ttings…</source>
        <translation>&amp;Einstellungen…</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>Type one of these on a TV or phone in the same network:</source>
        <translation>Gib eine davon auf einem Fernseher oder Telefon im selben Netz ein:</translation>
    </message>
    <message>
        <source>This computer is in no network. Connect it to reach Miauflix from other devices.</source>
        <translation>Dieser Rechner ist in keinem Netz. Verbinde ihn, um Miauflix von anderen Geräten zu erreichen.</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy {url}</source>
        <translation>{url} kopieren</translation>
    </message>
    <message>
        <source>Close the message</source>
        <translation>Meldung schließen</translation>
    </message>
    <message>
        <source>Approve {name}</source>
        <translation>{name} hereinlassen</translation>
    </message>
    <message>
        <source>Deny {name}</source>
        <translation>{name} ablehnen</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Nothing is being got ready. Browse on a TV: what you look at is got ready, so that it plays at once.</source>
        <translation>Nichts wird vorbereitet. Stöbere am Fernseher: Was du ansiehst, wird vorbereitet, damit es sofort läuft.</translation>
    </message>
    <message>
        <source>Settings…</source>
        <translation>Einstellungen…</translation>
    </message>
    <message>
        <source>Settings of the sources</source>
        <translation>Einstellungen der Quellen</translation>
    </message>
    <message>
        <source>Where Miauflix looks for what you want to watch.</source>
        <translation>Wo Miauflix sucht, was du sehen willst.</translation>
    </message>
    <message>
        <source>No source is switched on. Choose some in the settings, or add magnet links and torrent files.</source>
        <translation>Keine Quelle ist eingeschaltet. Wähle welche in den Einstellungen, oder füge Magnet-Links und Torrent-Dateien hinzu.</translation>
    </message>
    <message>
        <source>Since Miauflix was started; the log has more. It never names what you watch.</source>
        <translation>Seit dem Start von Miauflix; im Protokoll steht mehr. Es nennt nie, was du siehst.</translation>
    </message>
    <message>
        <source>Nothing went wrong. That is how it should be.</source>
        <translation>Nichts ging schief. So soll es sein.</translation>
    </message>
    <message>
        <source>Paused. What plays goes on.</source>
        <translation>Angehalten. Was läuft, läuft weiter.</translation>
    </message>
    <message>
        <source>Getting titles ready is switched off in the settings.</source>
        <translation>Das Vorbereiten ist in den Einstellungen ausgeschaltet.</translation>
    </message>
    <message>
        <source>Paused: this network is paid by what is used.</source>
        <translation>Angehalten: Dieses Netz wird nach Verbrauch bezahlt.</translation>
    </message>
    <message>
        <source>Paused: there is too little room on the disk.</source>
        <translation>Angehalten: Auf der Platte ist zu wenig Platz.</translation>
    </message>
    <message>
        <source>Used {used} of {limit} this hour.</source>
        <translation>{used} von {limit} in dieser Stunde verbraucht.</translation>
    </message>
    <message>
        <source>Used {used} this hour.</source>
        <translation>{used} in dieser Stunde verbraucht.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Nothing is playing. Open Miauflix in a browser or on a TV and press Play.</source>
        <translation>Nichts läuft. Öffne Miauflix im Browser oder am Fernseher und drück auf Abspielen.</translation>
    </message>
    <message>
        <source>There is nothing to play yet. Open Miauflix, or drop a magnet link or a torrent file here.</source>
        <translation>Es gibt noch nichts abzuspielen. Öffne Miauflix, oder zieh einen Magnet-Link oder eine Torrent-Datei hierher.</translation>
    </message>
    <message>
        <source>No torrent is active. Torrents start when something is played and rest a while after.</source>
        <translation>Kein Torrent ist aktiv. Torrents beginnen, wenn etwas läuft, und ruhen eine Weile danach.</translation>
    </message>
    <message>
        <source>Playing</source>
        <translation>Läuft</translation>
    </message>
    <message>
        <source>Torrents</source>
        <translation>Torrents</translation>
    </message>
    <message>
        <source>Addresses</source>
        <translation>Adressen</translation>
    </message>
    <message>
        <source>Storage used</source>
        <translation>Belegter Speicher</translation>
    </message>
    <message>
        <source>{used} of {limit} used</source>
        <translation>{used} von {limit} belegt</translation>
    </message>
    <message>
        <source>{used} used</source>
        <translation>{used} belegt</translation>
    </message>
    <message>
        <source>{free} free on the disk</source>
        <translation>{free} frei auf der Platte</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>Qualität</translation>
    </message>
    <message>
        <source>Position</source>
        <translation>Stelle</translation>
    </message>
    <message>
        <source>Rate</source>
        <translation>Tempo</translation>
    </message>
    <message>
        <source>Buffered</source>
        <translation>Gepuffert</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Arbeitsspeicher</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Stand</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>Nach oben</translation>
    </message>
    <message>
        <source>Down</source>
        <translation>Laden</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>Nach unten</translation>
    </message>
    <message>
        <source>Usual order</source>
        <translation>Übliche Folge</translation>
    </message>
    <message>
        <source>Up</source>
        <translation>Senden</translation>
    </message>
    <message>
        <source>Peers</source>
        <translation>Teilnehmer</translation>
    </message>
    <message>
        <source>Priority</source>
        <translation>Vorrang</translation>
    </message>
    <message>
        <source>Found</source>
        <translation>Gefunden</translation>
    </message>
    <message>
        <source>Last asked</source>
        <translation>Zuletzt gefragt</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Wann</translation>
    </message>
    <message>
        <source>What happened</source>
        <translation>Was geschah</translation>
    </message>
    <message>
        <source>Waiting…</source>
        <translation>Wartet…</translation>
    </message>
    <message>
        <source>Finding details</source>
        <translation>Sucht Angaben</translation>
    </message>
    <message>
        <source>Downloading</source>
        <translation>Lädt</translation>
    </message>
    <message>
        <source>Complete</source>
        <translation>Vollständig</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Gescheitert</translation>
    </message>
    <message>
        <source>Checking</source>
        <translation>Prüft</translation>
    </message>
    <message>
        <source>Not known yet</source>
        <translation>Noch unbekannt</translation>
    </message>
    <message>
        <source>In focus</source>
        <translation>Im Blick</translation>
    </message>
    <message>
        <source>Next to it</source>
        <translation>Daneben</translation>
    </message>
    <message>
        <source>On the screen</source>
        <translation>Auf dem Schirm</translation>
    </message>
    <message>
        <source>Near</source>
        <translation>In der Nähe</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Wartet</translation>
    </message>
    <message>
        <source>Searching</source>
        <translation>Sucht</translation>
    </message>
    <message>
        <source>Loading</source>
        <translation>Lädt</translation>
    </message>
    <message>
        <source>Ready to play</source>
        <translation>Bereit</translation>
    </message>
    <message>
        <source>No source found</source>
        <translation>Keine Quelle gefunden</translation>
    </message>
    <message>
        <source>Added by you</source>
        <translation>Von dir hinzugefügt</translation>
    </message>
    <message>
        <source>Not asked yet</source>
        <translation>Noch nicht gefragt</translation>
    </message>
    <message>
        <source>Works</source>
        <translation>Geht</translation>
    </message>
    <message>
        <source>Works; had nothing</source>
        <translation>Geht; hatte nichts</translation>
    </message>
    <message>
        <source>Works; answered from memory</source>
        <translation>Geht; Antwort aus dem Zwischenspeicher</translation>
    </message>
    <message>
        <source>Slow</source>
        <translation>Langsam</translation>
    </message>
    <message>
        <source>Not reachable</source>
        <translation>Nicht erreichbar</translation>
    </message>
    <message>
        <source>Refuses us for now</source>
        <translation>Weist uns gerade ab</translation>
    </message>
    <message>
        <source>Answers what can&apos;t be read</source>
        <translation>Antwortet Unlesbares</translation>
    </message>
    <message>
        <source>Refuses; check its API key</source>
        <translation>Weist ab; prüf den API-Schlüssel</translation>
    </message>
    <message>
        <source>Left alone for a while</source>
        <translation>Wird eine Weile in Ruhe gelassen</translation>
    </message>
    <message>
        <source>{state}, until {time}</source>
        <translation>{state}, bis {time}</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>Nie</translation>
    </message>
    <message>
        <source>Working</source>
        <translation>In Arbeit</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>About</source>
        <translation>Über</translation>
    </message>
    <message>
        <source>Miauflix {version}, under the MIT licence.</source>
        <translation>Miauflix {version}, unter der MIT-Lizenz.</translation>
    </message>
    <message>
        <source>Newer versions</source>
        <translation>Neuere Versionen</translation>
    </message>
    <message>
        <source>Asks the makers of Miauflix once a day. Nothing is installed by itself.</source>
        <translation>Fragt einmal am Tag bei den Machern von Miauflix nach. Nichts wird von selbst installiert.</translation>
    </message>
    <message>
        <source>Tell me of newer versions</source>
        <translation>Neuere Versionen melden</translation>
    </message>
    <message>
        <source>Look now</source>
        <translation>Jetzt nachsehen</translation>
    </message>
    <message>
        <source>Look for a newer version now</source>
        <translation>Jetzt nach einer neueren Version sehen</translation>
    </message>
    <message>
        <source>Open its page</source>
        <translation>Seite öffnen</translation>
    </message>
    <message>
        <source>What is inside</source>
        <translation>Was darin ist</translation>
    </message>
    <message>
        <source>Miauflix stands on the work of many others. Thank you.</source>
        <translation>Miauflix steht auf der Arbeit vieler anderer. Danke.</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Lizenz</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>Sieht nach…</translation>
    </message>
    <message>
        <source>This is the newest version.</source>
        <translation>Das ist die neueste Version.</translation>
    </message>
    <message>
        <source>Miauflix {version} is there.</source>
        <translation>Miauflix {version} ist da.</translation>
    </message>
    <message>
        <source>Name of {name}</source>
        <translation>Name von {name}</translation>
    </message>
    <message>
        <source>{name} may manage devices</source>
        <translation>{name} darf Geräte verwalten</translation>
    </message>
    <message>
        <source>Turn out</source>
        <translation>Ausschließen</translation>
    </message>
    <message>
        <source>Turn out {name}</source>
        <translation>{name} ausschließen</translation>
    </message>
    <message>
        <source>May manage devices</source>
        <translation>Darf Geräte verwalten</translation>
    </message>
    <message>
        <source>Really turn out?</source>
        <translation>Wirklich ausschließen?</translation>
    </message>
    <message>
        <source>Let in on {day}</source>
        <translation>Dabei seit {day}</translation>
    </message>
    <message>
        <source>{came} · last seen on {day}</source>
        <translation>{came} · zuletzt gesehen am {day}</translation>
    </message>
    <message>
        <source>Devices</source>
        <translation>Geräte</translation>
    </message>
    <message>
        <source>TVs, phones and browsers that may use Miauflix. Changes count at once.</source>
        <translation>Fernseher, Telefone und Browser, die Miauflix nutzen dürfen. Änderungen gelten sofort.</translation>
    </message>
    <message>
        <source>Pair a device…</source>
        <translation>Gerät koppeln…</translation>
    </message>
    <message>
        <source>No device was let in yet. Pair a TV or a phone to begin.</source>
        <translation>Noch ist kein Gerät dabei. Kopple einen Fernseher oder ein Telefon.</translation>
    </message>
    <message>
        <source>Miauflix is not running.</source>
        <translation>Miauflix läuft nicht.</translation>
    </message>
    <message>
        <source>Address of {name}</source>
        <translation>Adresse von {name}</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>Testen</translation>
    </message>
    <message>
        <source>Test {name}</source>
        <translation>{name} testen</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Remove {name}</source>
        <translation>{name} entfernen</translation>
    </message>
    <message>
        <source>Enter an address to switch it on.</source>
        <translation>Trag eine Adresse ein, um es einzuschalten.</translation>
    </message>
    <message>
        <source>It is off: enter its address and switch it on.</source>
        <translation>Ausgeschaltet: Trag die Adresse ein und schalte es ein.</translation>
    </message>
    <message numerus="yes">
        <source>{state}: %n found</source>
        <translation>
            <numerusform>{state}: %n gefunden</numerusform>
            <numerusform>{state}: %n gefunden</numerusform>
        </translation>
    </message>
    <message>
        <source>A key is kept</source>
        <translation>Ein Schlüssel ist da</translation>
    </message>
    <message>
        <source>No key yet</source>
        <translation>Noch kein Schlüssel</translation>
    </message>
    <message>
        <source>Kept encrypted with the other secrets; counts at once.</source>
        <translation>Verschlüsselt bei den anderen Geheimnissen; gilt sofort.</translation>
    </message>
    <message>
        <source>API key of {name}</source>
        <translation>API-Schlüssel von {name}</translation>
    </message>
    <message>
        <source>Save key</source>
        <translation>Schlüssel speichern</translation>
    </message>
    <message>
        <source>Save the API key of {name}</source>
        <translation>API-Schlüssel von {name} speichern</translation>
    </message>
    <message>
        <source>Asking…</source>
        <translation>Fragt…</translation>
    </message>
    <message>
        <source>Welcome</source>
        <translation>Willkommen</translation>
    </message>
    <message>
        <source>Welcome to Miauflix</source>
        <translation>Willkommen bei Miauflix</translation>
    </message>
    <message>
        <source>It turns this computer into a streaming box for the TVs, phones and browsers of your home.</source>
        <translation>Es macht aus diesem Rechner eine Streaming-Box für die Fernseher, Telefone und Browser bei dir zu Hause.</translation>
    </message>
    <message>
        <source>Where videos are kept</source>
        <translation>Wo Videos liegen</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>The encrypted database lies in {folder}.</source>
        <translation>Die verschlüsselte Datenbank liegt in {folder}.</translation>
    </message>
    <message>
        <source>Miauflix made keys for you. Everything it knows is encrypted with them.</source>
        <translation>Miauflix hat Schlüssel für dich gemacht. Damit ist alles verschlüsselt, was es weiß.</translation>
    </message>
    <message>
        <source>If they are lost, nothing can be read again. Keep a copy away from this computer.</source>
        <translation>Gehen sie verloren, lässt sich nichts mehr lesen. Bewahre eine Kopie getrennt von diesem Rechner auf.</translation>
    </message>
    <message>
        <source>Now or later</source>
        <translation>Jetzt oder später</translation>
    </message>
    <message>
        <source>It takes two minutes. Until it is done the status window reminds you.</source>
        <translation>Es dauert zwei Minuten. Bis dahin erinnert dich das Statusfenster.</translation>
    </message>
    <message>
        <source>Where to look for films</source>
        <translation>Wo nach Filmen gesucht wird</translation>
    </message>
    <message>
        <source>Titles on the screen are got ready, so that they play at once.</source>
        <translation>Titel auf dem Schirm werden vorbereitet, damit sie sofort laufen.</translation>
    </message>
    <message>
        <source>More sources: Settings → Sources. Or drop magnet links on the status window.</source>
        <translation>Mehr Quellen: Einstellungen → Quellen. Oder zieh Magnet-Links auf das Statusfenster.</translation>
    </message>
    <message>
        <source>What is legal</source>
        <translation>Was erlaubt ist</translation>
    </message>
    <message>
        <source>Stream what you may: films in the public domain, openly licensed ones, and your own. BitTorrent also uploads what it downloads. Miauflix ships no index of anybody&apos;s films; what you add is up to you.</source>
        <translation>Sieh, was du darfst: gemeinfreie Filme, frei lizenzierte und deine eigenen. BitTorrent sendet auch, was es lädt. Miauflix bringt kein Verzeichnis fremder Filme mit; was du hinzufügst, verantwortest du.</translation>
    </message>
</context>
</TS>
