<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name></name>
    <message numerus="yes">
        <source>It opens the database, and %n source(s) were decrypted with it.</source>
        <translation>
            <numerusform>It opens the database, and %n source was decrypted with it.</numerusform>
            <numerusform>It opens the database, and %n sources were decrypted with it.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n source(s) can&apos;t be decrypted with any key.</source>
        <translation>
            <numerusform>%n source can&apos;t be decrypted with any key.</numerusform>
            <numerusform>%n sources can&apos;t be decrypted with any key.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n row(s) were encrypted anew.</source>
        <translation>
            <numerusform>%n row was encrypted anew.</numerusform>
            <numerusform>%n rows were encrypted anew.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n row(s) can&apos;t be decrypted with any key; they stay as they were.</source>
        <translation>
            <numerusform>%n row can&apos;t be decrypted with any key; it stays as it was.</numerusform>
            <numerusform>%n rows can&apos;t be decrypted with any key; they stay as they were.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n byte(s)</source>
        <translation>
            <numerusform>%n byte</numerusform>
            <numerusform>%n bytes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n device(s) waiting for approval</source>
        <translation>
            <numerusform>%n device waiting for approval</numerusform>
            <numerusform>%n devices waiting for approval</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Playing %n stream(s)</source>
        <translation>
            <numerusform>Playing %n stream</numerusform>
            <numerusform>Playing %n streams</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Getting %n title(s) ready</source>
        <translation>
            <numerusform>Getting %n title ready</numerusform>
            <numerusform>Getting %n titles ready</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{state}: %n found</source>
        <translation>
            <numerusform>{state}: %n found</numerusform>
            <numerusform>{state}: %n found</numerusform>
        </translation>
    </message>
</context>
</TS>
