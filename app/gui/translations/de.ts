<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de">
<context>
    <name>AboutDialog</name>
    <message>
        <source>About {}</source>
        <translation>Über {}</translation>
    </message>
    <message>
        <source>Library</source>
        <translation>Bibliothek</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>Version</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Lizenz</translation>
    </message>
    <message>
        <source>Libraries and their licences</source>
        <translation>Bibliotheken und ihre Lizenzen</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Trained on</source>
        <translation>Trainiert mit</translation>
    </message>
    <message>
        <source>Models and their licences</source>
        <translation>Modelle und ihre Lizenzen</translation>
    </message>
    <message>
        <source>How to &amp;cite</source>
        <translation>&amp;Zitieren</translation>
    </message>
    <message>
        <source>&amp;Libraries</source>
        <translation>&amp;Bibliotheken</translation>
    </message>
    <message>
        <source>&amp;Models</source>
        <translation>&amp;Modelle</translation>
    </message>
    <message>
        <source>Measures the yaw, pitch and roll of every head in a video or camera picture with Hopenet. Free software under the Apache License 2.0.</source>
        <translation>Misst mit Hopenet Gieren, Nicken und Rollen jedes Kopfes in einem Video oder Kamerabild. Freie Software unter der Apache-Lizenz 2.0.</translation>
    </message>
    <message>
        <source>Copy &amp;text</source>
        <translation>&amp;Text kopieren</translation>
    </message>
    <message>
        <source>Copy &amp;BibTeX</source>
        <translation>BibTe&amp;X kopieren</translation>
    </message>
    <message>
        <source>Version {}</source>
        <translation>Version {}</translation>
    </message>
</context>
<context>
    <name>Actions</name>
    <message>
        <source>&amp;Check this computer…</source>
        <translation>Diesen &amp;Rechner prüfen…</translation>
    </message>
    <message>
        <source>&amp;Axis</source>
        <translation>&amp;Achsen</translation>
    </message>
    <message>
        <source>&amp;Cube</source>
        <translation>&amp;Würfel</translation>
    </message>
    <message>
        <source>&amp;Box</source>
        <translation>&amp;Box</translation>
    </message>
    <message>
        <source>&amp;ID</source>
        <translation>&amp;ID</translation>
    </message>
    <message>
        <source>An&amp;gles</source>
        <translation>Win&amp;kel</translation>
    </message>
    <message>
        <source>&amp;Trail</source>
        <translation>&amp;Spur</translation>
    </message>
    <message>
        <source>&amp;Open videos or pictures…</source>
        <translation>&amp;Videos oder Bilder öffnen…</translation>
    </message>
    <message>
        <source>Open &amp;folder…</source>
        <translation>Ord&amp;ner öffnen…</translation>
    </message>
    <message>
        <source>Open &amp;camera…</source>
        <translation>&amp;Kamera öffnen…</translation>
    </message>
    <message>
        <source>Open &amp;network stream…</source>
        <translation>Net&amp;zwerkstream öffnen…</translation>
    </message>
    <message>
        <source>Sample &amp;video</source>
        <translation>B&amp;eispielvideo</translation>
    </message>
    <message>
        <source>S&amp;ynthetic camera</source>
        <translation>&amp;Synthetische Kamera</translation>
    </message>
    <message>
        <source>Open &amp;session…</source>
        <translation>&amp;Sitzung öffnen…</translation>
    </message>
    <message>
        <source>Review a video together with its pose table</source>
        <translation>Ein Video zusammen mit seiner Posentabelle durchsehen</translation>
    </message>
    <message>
        <source>Open session of th&amp;is video</source>
        <translation>Sitzung &amp;dieses Videos öffnen</translation>
    </message>
    <message>
        <source>Review the video that is open together with the pose table of its export</source>
        <translation>Das geöffnete Video zusammen mit der Posentabelle seines Exports durchsehen</translation>
    </message>
    <message>
        <source>Save &amp;picture…</source>
        <translation>Bild s&amp;peichern…</translation>
    </message>
    <message>
        <source>Save the picture as it is shown</source>
        <translation>Das Bild so speichern, wie es gezeigt wird</translation>
    </message>
    <message>
        <source>Recor&amp;d</source>
        <translation>&amp;Aufnehmen</translation>
    </message>
    <message>
        <source>Record the live view as a video with a pose table</source>
        <translation>Die Live-Ansicht als Video mit Posentabelle aufnehmen</translation>
    </message>
    <message>
        <source>&amp;Export…</source>
        <translation>&amp;Export…</translation>
    </message>
    <message>
        <source>Analyse every frame of a video, and write an annotated video and tables</source>
        <translation>Jeden Frame eines Videos analysieren und ein annotiertes Video und Tabellen schreiben</translation>
    </message>
    <message>
        <source>Copy pic&amp;ture</source>
        <translation>B&amp;ild kopieren</translation>
    </message>
    <message>
        <source>Copy the picture as it is shown, in its own size</source>
        <translation>Das Bild so kopieren, wie es gezeigt wird, in Originalgröße</translation>
    </message>
    <message>
        <source>Record with &amp;microphone</source>
        <translation>Mit &amp;Mikrofon aufnehmen</translation>
    </message>
    <message>
        <source>The next recording of a camera or stream gets the microphone&apos;s sound</source>
        <translation>Die nächste Aufnahme einer Kamera oder eines Streams erhält den Ton des Mikrofons</translation>
    </message>
    <message>
        <source>Record without drawings too</source>
        <translation>Auch &amp;ohne Einblendungen aufnehmen</translation>
    </message>
    <message>
        <source>The next recording is also written as a video without anything drawn on it</source>
        <translation>Die nächste Aufnahme wird zusätzlich als Video ohne Einblendungen geschrieben</translation>
    </message>
    <message>
        <source>Export q&amp;ueue</source>
        <translation>Export&amp;warteschlange</translation>
    </message>
    <message>
        <source>C&amp;lose</source>
        <translation>Sch&amp;ließen</translation>
    </message>
    <message>
        <source>Close the video, camera or stream</source>
        <translation>Video, Kamera oder Stream schließen</translation>
    </message>
    <message>
        <source>Preferences…</source>
        <translation>Einstell&amp;ungen…</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>&amp;Mirror picture</source>
        <translation>Bild s&amp;piegeln</translation>
    </message>
    <message>
        <source>&amp;Side panel</source>
        <translation>Sei&amp;tenleiste</translation>
    </message>
    <message>
        <source>C&amp;hart</source>
        <translation>&amp;Diagramm</translation>
    </message>
    <message>
        <source>Chart of the &amp;whole video</source>
        <translation>Diagramm des &amp;ganzen Videos</translation>
    </message>
    <message>
        <source>Show the angles over the whole video, instead of the last seconds</source>
        <translation>Die Winkel über das ganze Video statt über die letzten Sekunden zeigen</translation>
    </message>
    <message>
        <source>Sp&amp;read in the chart</source>
        <translation>St&amp;reuung im Diagramm</translation>
    </message>
    <message>
        <source>Show the spread of each angle as a band in the chart of the last seconds</source>
        <translation>Die Streuung jedes Winkels als Band im Diagramm der letzten Sekunden zeigen</translation>
    </message>
    <message>
        <source>Anal&amp;yse whole video</source>
        <translation>Ganzes Video &amp;analysieren</translation>
    </message>
    <message>
        <source>Analyse every frame once in the background, for the chart</source>
        <translation>Jeden Frame einmal im Hintergrund analysieren, für das Diagramm</translation>
    </message>
    <message>
        <source>Save pose ta&amp;ble…</source>
        <translation>Posen&amp;tabelle speichern…</translation>
    </message>
    <message>
        <source>Save the angles of the whole video, with their record</source>
        <translation>Die Winkel des ganzen Videos mit ihrer Begleitdatei speichern</translation>
    </message>
    <message>
        <source>Zoom i&amp;n</source>
        <translation>&amp;Vergrößern</translation>
    </message>
    <message>
        <source>Zoom o&amp;ut</source>
        <translation>Verklei&amp;nern</translation>
    </message>
    <message>
        <source>Fit win&amp;dow</source>
        <translation>An &amp;Fenster anpassen</translation>
    </message>
    <message>
        <source>&amp;Original size</source>
        <translation>&amp;Originalgröße</translation>
    </message>
    <message>
        <source>&amp;Left</source>
        <translation>Nach &amp;links</translation>
    </message>
    <message>
        <source>&amp;Right</source>
        <translation>Nach &amp;rechts</translation>
    </message>
    <message>
        <source>&amp;Up</source>
        <translation>Nach &amp;oben</translation>
    </message>
    <message>
        <source>&amp;Down</source>
        <translation>Nach &amp;unten</translation>
    </message>
    <message>
        <source>&amp;Full screen</source>
        <translation>Vo&amp;llbild</translation>
    </message>
    <message>
        <source>&amp;Play/pause</source>
        <translation>&amp;Wiedergabe/Pause</translation>
    </message>
    <message>
        <source>Pa&amp;use</source>
        <translation>&amp;Pause</translation>
    </message>
    <message>
        <source>Play, then &amp;faster</source>
        <translation>Wiedergeben, dann &amp;schneller</translation>
    </message>
    <message>
        <source>Play; while playing, play faster</source>
        <translation>Wiedergeben; während der Wiedergabe schneller</translation>
    </message>
    <message>
        <source>Pre&amp;vious frame</source>
        <translation>&amp;Vorheriger Frame</translation>
    </message>
    <message>
        <source>&amp;Next frame</source>
        <translation>&amp;Nächster Frame</translation>
    </message>
    <message>
        <source>Back &amp;1 s</source>
        <translation>&amp;1 s zurück</translation>
    </message>
    <message>
        <source>F&amp;orward 1 s</source>
        <translation>1 s &amp;vor</translation>
    </message>
    <message>
        <source>&amp;Back 5 s</source>
        <translation>&amp;5 s zurück</translation>
    </message>
    <message>
        <source>For&amp;ward 5 s</source>
        <translation>5 s v&amp;or</translation>
    </message>
    <message>
        <source>Back 1&amp;0 s</source>
        <translation>1&amp;0 s zurück</translation>
    </message>
    <message>
        <source>Fo&amp;rward 10 s</source>
        <translation>10 s vo&amp;r</translation>
    </message>
    <message>
        <source>Go to s&amp;tart</source>
        <translation>Zum An&amp;fang</translation>
    </message>
    <message>
        <source>Go to &amp;end</source>
        <translation>Zum &amp;Ende</translation>
    </message>
    <message>
        <source>&amp;Go to time or frame…</source>
        <translation>&amp;Gehe zu Zeit oder Frame…</translation>
    </message>
    <message>
        <source>Set &amp;in mark</source>
        <translation>&amp;In-Marke setzen</translation>
    </message>
    <message>
        <source>Exports and loops begin with the frame that is shown</source>
        <translation>Exporte und Wiederholungen beginnen mit dem gezeigten Frame</translation>
    </message>
    <message>
        <source>Set &amp;out mark</source>
        <translation>Ou&amp;t-Marke setzen</translation>
    </message>
    <message>
        <source>Exports and loops end with the frame that is shown</source>
        <translation>Exporte und Wiederholungen enden mit dem gezeigten Frame</translation>
    </message>
    <message>
        <source>&amp;Clear in mark</source>
        <translation>In-Marke lösc&amp;hen</translation>
    </message>
    <message>
        <source>Clear out mar&amp;k</source>
        <translation>Out-Mar&amp;ke löschen</translation>
    </message>
    <message>
        <source>&amp;Slower</source>
        <translation>&amp;Langsamer</translation>
    </message>
    <message>
        <source>F&amp;aster</source>
        <translation>S&amp;chneller</translation>
    </message>
    <message>
        <source>&amp;Loop</source>
        <translation>En&amp;dlos wiederholen</translation>
    </message>
    <message>
        <source>&amp;Mute</source>
        <translation>Stu&amp;mmschalten</translation>
    </message>
    <message>
        <source>&amp;Louder</source>
        <translation>La&amp;uter</translation>
    </message>
    <message>
        <source>&amp;Quieter</source>
        <translation>Leise&amp;r</translation>
    </message>
    <message>
        <source>&amp;Reconnect</source>
        <translation>Neu ver&amp;binden</translation>
    </message>
    <message>
        <source>Connect to the camera or stream again</source>
        <translation>Die Verbindung zu Kamera oder Stream neu herstellen</translation>
    </message>
    <message>
        <source>Set &amp;neutral pose</source>
        <translation>&amp;Neutralhaltung setzen</translation>
    </message>
    <message>
        <source>Measure angles from the current pose of the face that is followed</source>
        <translation>Winkel von der jetzigen Kopfhaltung des verfolgten Gesichts aus messen</translation>
    </message>
    <message>
        <source>&amp;Reset neutral pose</source>
        <translation>Neutralhaltung &amp;zurücksetzen</translation>
    </message>
    <message>
        <source>Measure angles from facing the camera</source>
        <translation>Winkel vom Blick in die Kamera aus messen</translation>
    </message>
    <message>
        <source>&amp;Copy angles</source>
        <translation>&amp;Winkel kopieren</translation>
    </message>
    <message>
        <source>Copy the angles of the face that is followed, for a spreadsheet</source>
        <translation>Die Winkel des verfolgten Gesichts für eine Tabellenkalkulation kopieren</translation>
    </message>
    <message>
        <source>Follow ne&amp;xt face</source>
        <translation>Nächstes &amp;Gesicht verfolgen</translation>
    </message>
    <message>
        <source>Follow &amp;largest face</source>
        <translation>Größtes Gesicht &amp;verfolgen</translation>
    </message>
    <message>
        <source>Detect only in a re&amp;gion…</source>
        <translation>Nur in einer &amp;Region suchen…</translation>
    </message>
    <message>
        <source>Draw the part of the picture in which faces are detected</source>
        <translation>Den Teil des Bildes einzeichnen, in dem Gesichter gesucht werden</translation>
    </message>
    <message>
        <source>Detect in the &amp;whole picture</source>
        <translation>Im ganzen &amp;Bild suchen</translation>
    </message>
    <message>
        <source>What do the &amp;numbers mean?</source>
        <translation>Was bedeuten die &amp;Zahlen?</translation>
    </message>
    <message>
        <source>Show h&amp;ints</source>
        <translation>Hin&amp;weise zeigen</translation>
    </message>
    <message>
        <source>&amp;Keyboard shortcuts</source>
        <translation>&amp;Tastenkürzel</translation>
    </message>
    <message>
        <source>Show &amp;log</source>
        <translation>&amp;Protokoll zeigen</translation>
    </message>
    <message>
        <source>&amp;About</source>
        <translation>Ü&amp;ber</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>&amp;Playback</source>
        <translation>&amp;Wiedergabe</translation>
    </message>
    <message>
        <source>P&amp;ose</source>
        <translation>&amp;Kopfhaltung</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>Detector</source>
        <translation>Detektor</translation>
    </message>
    <message>
        <source>Open s&amp;ample</source>
        <translation>Beispiel ö&amp;ffnen</translation>
    </message>
    <message>
        <source>&amp;Jump</source>
        <translation>Sp&amp;ringen</translation>
    </message>
    <message>
        <source>Soun&amp;d</source>
        <translation>T&amp;on</translation>
    </message>
    <message>
        <source>Mo&amp;ve zoomed picture</source>
        <translation>Vergrößertes Bild v&amp;erschieben</translation>
    </message>
    <message>
        <source>Live outputs…</source>
        <translation>Live-Ausgaben…</translation>
    </message>
    <message>
        <source>Virtual camera</source>
        <translation>Virtuelle Kamera</translation>
    </message>
    <message>
        <source>Offer the annotated picture to other programs as a camera</source>
        <translation>Das annotierte Bild anderen Programmen als Kamera anbieten</translation>
    </message>
    <message>
        <source>Send the angles to games, avatars and other programs while a source is open</source>
        <translation>Die Winkel an Spiele, Avatare und andere Programme senden, solange eine Quelle offen ist</translation>
    </message>
    <message>
        <source>Camera &amp;geometry…</source>
        <translation>Kamerageo&amp;metrie…</translation>
    </message>
    <message>
        <source>Say how wide the camera sees, or choose its calibration</source>
        <translation>Angeben, wie weit die Kamera sieht, oder ihre Kalibrierung wählen</translation>
    </message>
    <message>
        <source>Correct &amp;perspective</source>
        <translation>&amp;Perspektive korrigieren</translation>
    </message>
    <message>
        <source>Measure angles from the camera&apos;s axis, not from the line of sight to each face</source>
        <translation>Winkel von der Kameraachse aus messen, nicht von der Sichtlinie zu jedem Gesicht</translation>
    </message>
</context>
<context>
    <name>Adding</name>
    <message>
        <source>Searching for videos…</source>
        <translation>Videos werden gesucht…</translation>
    </message>
    <message>
        <source>{} folders</source>
        <translation>{} Ordnern</translation>
    </message>
    <message>
        <source>The folders inside {} have {}.</source>
        <translation>In Unterordnern von {}: {}.</translation>
    </message>
    <message>
        <source>{} has {}, and {} more in folders inside it.</source>
        <translation>In {}: {}, weitere {} in Unterordnern.</translation>
    </message>
    <message>
        <source>{} has {}.</source>
        <translation>In {}: {}.</translation>
    </message>
    <message>
        <source>Annotated copies that exports wrote are left out: {}.</source>
        <translation>Annotierte Kopien aus Exporten werden ausgelassen: {}.</translation>
    </message>
    <message>
        <source>&amp;Export {}</source>
        <translation>{} &amp;exportieren</translation>
    </message>
    <message>
        <source>Export &amp;all {}</source>
        <translation>&amp;Alle {} exportieren</translation>
    </message>
    <message>
        <source>&amp;Watch its pictures</source>
        <translation>&amp;Bilder darin ansehen</translation>
    </message>
    <message>
        <source>Reading {}…</source>
        <translation>Einlesen: {}…</translation>
    </message>
    <message>
        <source>Left out, because they are in the queue already: {}.</source>
        <translation>Ausgelassen, weil schon in der Warteschlange: {}.</translation>
    </message>
    <message>
        <source>All of these videos are in the queue already.</source>
        <translation>Alle diese Videos sind schon in der Warteschlange.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>1 video</source>
        <translation>1 Video</translation>
    </message>
    <message>
        <source>{} videos</source>
        <translation>{} Videos</translation>
    </message>
</context>
<context>
    <name>AddressDialog</name>
    <message>
        <source>How RTSP sends its pictures. TCP loses none and passes firewalls; UDP may have less delay.</source>
        <translation>Wie RTSP seine Bilder sendet. TCP verliert keine und durchquert Firewalls; UDP hat womöglich weniger Verzögerung.</translation>
    </message>
    <message>
        <source>Multicast</source>
        <translation>Multicast</translation>
    </message>
    <message>
        <source>&amp;Transport</source>
        <translation>&amp;Übertragung</translation>
    </message>
    <message>
        <source>Open network stream</source>
        <translation>Netzwerkstream öffnen</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Address of an IP camera or network stream, for example
{}</source>
        <translation>Adresse einer IP-Kamera oder eines Netzwerkstreams, zum Beispiel
{}</translation>
    </message>
    <message>
        <source>The address must start with one of {}.</source>
        <translation>Die Adresse muss mit einem von diesen beginnen: {}.</translation>
    </message>
</context>
<context>
    <name>AnalysisPart</name>
    <message>
        <source>Automatic</source>
        <translation>Automatisch</translation>
    </message>
    <message>
        <source>Box file</source>
        <translation>Boxdatei</translation>
    </message>
    <message>
        <source>Choose box file</source>
        <translation>Boxdatei wählen</translation>
    </message>
    <message>
        <source>Smoothing</source>
        <translation>Glättung</translation>
    </message>
    <message>
        <source>Sna&amp;pshot</source>
        <translation>&amp;Snapshot</translation>
    </message>
    <message>
        <source>&amp;Detector</source>
        <translation>&amp;Detektor</translation>
    </message>
    <message>
        <source>Without dela&amp;y</source>
        <translation>Ohne Ver&amp;zögerung</translation>
    </message>
    <message>
        <source>&amp;Measure</source>
        <translation>&amp;Messen</translation>
    </message>
    <message>
        <source>1 of </source>
        <translation>1 von </translation>
    </message>
    <message>
        <source> frames</source>
        <translation> Frames</translation>
    </message>
    <message>
        <source>every frame</source>
        <translation>jeder Frame</translation>
    </message>
    <message>
        <source>Tables have rows of the measured frames only, which takes much less time. An annotated video shows each measurement until the next one.</source>
        <translation>Tabellen haben nur Zeilen der gemessenen Frames, was viel weniger Zeit braucht. Ein annotiertes Video zeigt jede Messung bis zur nächsten.</translation>
    </message>
    <message>
        <source>Each picture is measured.</source>
        <translation>Jedes Bild wird gemessen.</translation>
    </message>
    <message>
        <source>Smooth forwards and backwards in time, so that turns stay where they are. It takes longer.</source>
        <translation>Vorwärts und rückwärts durch die Zeit glätten, sodass Drehungen bleiben, wo sie sind. Das dauert länger.</translation>
    </message>
    <message>
        <source>Each picture is judged alone, so there is nothing to smooth.</source>
        <translation>Jedes Bild wird für sich beurteilt, daher gibt es nichts zu glätten.</translation>
    </message>
    <message>
        <source>A box file belongs to one video. Choose another detector, or export the videos one by one.</source>
        <translation>Eine Boxdatei gehört zu einem Video. Wählen Sie einen anderen Detektor oder exportieren Sie die Videos einzeln.</translation>
    </message>
    <message>
        <source>This detector reads a box file. Choose one.</source>
        <translation>Dieser Detektor liest eine Boxdatei. Wählen Sie eine.</translation>
    </message>
    <message>
        <source>Correct perspecti&amp;ve</source>
        <translation>Perspekti&amp;ve korrigieren</translation>
    </message>
    <message>
        <source>Give angles relative to the camera&apos;s axis, whose geometry is known.</source>
        <translation>Winkel bezogen auf die Achse der Kamera angeben, deren Geometrie bekannt ist.</translation>
    </message>
</context>
<context>
    <name>AnglesPage</name>
    <message>
        <source>Angles</source>
        <translation>Winkel</translation>
    </message>
    <message>
        <source>What do the &amp;numbers mean?</source>
        <translation>Was bedeuten die &amp;Zahlen?</translation>
    </message>
    <message>
        <source>{:g} s</source>
        <translation>{:g} s</translation>
    </message>
    <message>
        <source>automatically</source>
        <translation>automatisch</translation>
    </message>
    <message>
        <source>not at all</source>
        <translation>gar nicht</translation>
    </message>
    <message>
        <source>How long optical flow follows a head that has turned away, so that the detector does not find its face. Automatically: {:g} s with a snapshot for the full range, otherwise not at all.</source>
        <translation>Wie lange der optische Fluss einen Kopf verfolgt, der sich abgewandt hat, sodass der Detektor das Gesicht nicht findet. Automatisch: {:g} s mit einem Snapshot für alle Richtungen, sonst gar nicht.</translation>
    </message>
    <message>
        <source>&amp;Follow heads that turn away</source>
        <translation>Abgewandte Köpfe ver&amp;folgen</translation>
    </message>
</context>
<context>
    <name>AnglesPanel</name>
    <message>
        <source>Smoothing</source>
        <translation>Glättung</translation>
    </message>
    <message>
        <source>How much the displayed angles are smoothed over time</source>
        <translation>Wie stark die gezeigten Winkel über die Zeit geglättet werden</translation>
    </message>
    <message>
        <source>Set neutral pose</source>
        <translation>Neutralhaltung setzen</translation>
    </message>
    <message>
        <source>Measure angles from the current pose (N)</source>
        <translation>Winkel von der jetzigen Kopfhaltung aus messen (N)</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>Zurücksetzen</translation>
    </message>
    <message>
        <source>Measure angles from facing the camera again (Shift+N)</source>
        <translation>Winkel wieder vom Blick in die Kamera aus messen (Umschalt+N)</translation>
    </message>
    <message>
        <source>Reset the neutral pose</source>
        <translation>Neutralhaltung zurücksetzen</translation>
    </message>
    <message>
        <source>Neutral pose: facing the camera</source>
        <translation>Neutralhaltung: Blick in die Kamera</translation>
    </message>
    <message>
        <source>Neutral pose: {}</source>
        <translation>Neutralhaltung: {}</translation>
    </message>
    <message>
        <source>Taken in {}</source>
        <translation>Bestimmt in {}</translation>
    </message>
    <message>
        <source>Positive yaw</source>
        <translation>Gieren positiv</translation>
    </message>
    <message>
        <source>Positive pitch</source>
        <translation>Nicken positiv</translation>
    </message>
    <message>
        <source>Positive roll</source>
        <translation>Rollen positiv</translation>
    </message>
</context>
<context>
    <name>AppearancePage</name>
    <message>
        <source>Appearance</source>
        <translation>Darstellung</translation>
    </message>
    <message>
        <source>System</source>
        <translation>System</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>{:g} s</source>
        <translation>{:g} s</translation>
    </message>
    <message>
        <source>Show the s&amp;pread as a band</source>
        <translation>St&amp;reuung als Band zeigen</translation>
    </message>
    <message>
        <source>&amp;Theme</source>
        <translation>&amp;Farbschema</translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation>&amp;Sprache</translation>
    </message>
    <message>
        <source>A change of the language takes effect at the next start.</source>
        <translation>Eine Änderung der Sprache gilt ab dem nächsten Start.</translation>
    </message>
    <message>
        <source>Last seconds</source>
        <translation>Letzte Sekunden</translation>
    </message>
    <message>
        <source>On the picture</source>
        <translation>Auf dem Bild</translation>
    </message>
    <message>
        <source>Chart</source>
        <translation>Diagramm</translation>
    </message>
</context>
<context>
    <name>AttentionLane</name>
    <message>
        <source>Targets over time</source>
        <translation>Ziele im Zeitverlauf</translation>
    </message>
    <message>
        <source>Targets</source>
        <translation>Ziele</translation>
    </message>
    <message>
        <source>Elsewhere</source>
        <translation>Woanders</translation>
    </message>
    <message>
        <source>Not visible</source>
        <translation>Nicht sichtbar</translation>
    </message>
    <message>
        <source>Left out</source>
        <translation>Ausgeschlossen</translation>
    </message>
</context>
<context>
    <name>AttentionModel</name>
    <message>
        <source>Straight ahead</source>
        <translation>Geradeaus</translation>
    </message>
    <message>
        <source>load targets</source>
        <translation>Ziele laden</translation>
    </message>
</context>
<context>
    <name>AttentionPage</name>
    <message>
        <source>Pictures have no attention: there is no time to look, and no face that goes on.</source>
        <translation>Bilder haben keine Aufmerksamkeit: In ihnen vergeht keine Zeit, und kein Gesicht setzt sich fort.</translation>
    </message>
    <message>
        <source>Where the head points, as seen in the picture: the darker, the longer. Drag a circle to move it, its edge to resize it; double-click to add one. With the keyboard: arrows, +, − and Del.</source>
        <translation>Wohin der Kopf zeigt, wie im Bild gesehen: je dunkler, desto länger. Kreis ziehen: verschieben; Rand ziehen: Größe ändern; Doppelklick: Ziel hinzufügen. Mit der Tastatur: Pfeiltasten, +, − und Entf.</translation>
    </message>
    <message>
        <source>Part of the video</source>
        <translation>Teil des Videos</translation>
    </message>
    <message>
        <source>Bridge interruptions below</source>
        <translation>Unterbrechungen überbrücken unter</translation>
    </message>
    <message>
        <source>Shorter interruptions do not divide a look. They do not count as looking; 0 bridges none.</source>
        <translation>Kürzere Unterbrechungen teilen eine Zuwendung nicht. Sie zählen nicht als Zuwendungszeit; 0 überbrückt keine.</translation>
    </message>
    <message>
        <source>Error of the direction</source>
        <translation>Fehler der Richtung</translation>
    </message>
    <message>
        <source>Shares of time</source>
        <translation>Zeitanteile</translation>
    </message>
    <message>
        <source>Share</source>
        <translation>Anteil</translation>
    </message>
    <message>
        <source>Range</source>
        <translation>Spanne</translation>
    </message>
    <message>
        <source>Count</source>
        <translation>Anzahl</translation>
    </message>
    <message>
        <source>/min</source>
        <translation>/min</translation>
    </message>
    <message>
        <source>Mean</source>
        <translation>Mittel</translation>
    </message>
    <message>
        <source>Longest</source>
        <translation>Längste</translation>
    </message>
    <message>
        <source>Looks</source>
        <translation>Zuwendungen</translation>
    </message>
    <message>
        <source>Looks away</source>
        <translation>Abwendungen</translation>
    </message>
    <message>
        <source>Next look</source>
        <translation>Nächste Zuwendung</translation>
    </message>
    <message>
        <source>Next look (from row to column)</source>
        <translation>Nächste Zuwendung (von Zeile zu Spalte)</translation>
    </message>
    <message>
        <source>&amp;Add</source>
        <translation>Hinzu&amp;fügen</translation>
    </message>
    <message>
        <source>&amp;Straight ahead (neutral pose)</source>
        <translation>&amp;Geradeaus (Neutralhaltung)</translation>
    </message>
    <message>
        <source>Direction in this &amp;frame</source>
        <translation>Richtung in diesem &amp;Frame</translation>
    </message>
    <message>
        <source>&amp;Load targets…</source>
        <translation>Ziele &amp;laden…</translation>
    </message>
    <message>
        <source>Save targets &amp;as…</source>
        <translation>Ziele &amp;speichern unter…</translation>
    </message>
    <message>
        <source>Re&amp;move</source>
        <translation>E&amp;ntfernen</translation>
    </message>
    <message>
        <source>&amp;Colour…</source>
        <translation>F&amp;arbe…</translation>
    </message>
    <message>
        <source>Attention (excluded ranges left out)</source>
        <translation>Aufmerksamkeit (ohne ausgeschlossene Bereiche)</translation>
    </message>
    <message>
        <source>&amp;Only in</source>
        <translation>N&amp;ur in</translation>
    </message>
    <message>
        <source>&amp;Bridge below</source>
        <translation>Überbrücken un&amp;ter</translation>
    </message>
    <message>
        <source>&amp;Error</source>
        <translation>Feh&amp;ler</translation>
    </message>
    <message>
        <source>The direction is that of the head, not of the eyes.</source>
        <translation>Die Richtung ist die des Kopfes, nicht die der Augen.</translation>
    </message>
    <message>
        <source>Whole video</source>
        <translation>Ganzes Video</translation>
    </message>
    <message>
        <source>Visible for {visible} of {all} s ({share})</source>
        <translation>{visible} von {all} s sichtbar ({share})</translation>
    </message>
    <message>
        <source>Elsewhere</source>
        <translation>Woanders</translation>
    </message>
    <message>
        <source>{name}: {time} s in all, first look at {first}, median {median}</source>
        <translation>{name}: insgesamt {time} s, erste Zuwendung bei {first}, Median {median}</translation>
    </message>
    <message>
        <source>Range: the share if every direction is wrong by up to {}</source>
        <translation>Spanne: der Anteil, wenn jede Richtung um bis zu {} falsch ist</translation>
    </message>
    <message>
        <source>Nearer to the edge than the spread: {} of the time</source>
        <translation>Näher am Rand als die Streuung: {} der Zeit</translation>
    </message>
    <message>
        <source>The direction that the bundled snapshot gives is off by about 5° on average, and by more for faces that are small or blurred. A difference between two shares means little if their ranges overlap. A face that turns until it is no longer found counts as not visible, not as looking away.</source>
        <translation>Die Richtung, die der mitgelieferte Snapshot angibt, ist im Mittel um etwa 5° falsch, und um mehr bei Gesichtern, die klein oder unscharf sind. Ein Unterschied zwischen zwei Anteilen besagt wenig, wenn sich ihre Spannen überschneiden. Ein Gesicht, das sich dreht, bis es nicht mehr gefunden wird, zählt als nicht sichtbar, nicht als Abwendung.</translation>
    </message>
    <message>
        <source>Target</source>
        <translation>Ziel</translation>
    </message>
    <message>
        <source>Straight ahead</source>
        <translation>Geradeaus</translation>
    </message>
    <message>
        <source>add a target</source>
        <translation>Ziel hinzufügen</translation>
    </message>
    <message>
        <source>change a target</source>
        <translation>Ziel ändern</translation>
    </message>
    <message>
        <source>remove a target</source>
        <translation>Ziel entfernen</translation>
    </message>
    <message>
        <source>Colour of {}</source>
        <translation>Farbe von {}</translation>
    </message>
    <message>
        <source>change how looks count</source>
        <translation>Zählung der Zuwendungen ändern</translation>
    </message>
</context>
<context>
    <name>CameraDialog</name>
    <message>
        <source>Open camera</source>
        <translation>Kamera öffnen</translation>
    </message>
    <message>
        <source>Searching for cameras…</source>
        <translation>Kameras werden gesucht…</translation>
    </message>
    <message>
        <source>&amp;Search again</source>
        <translation>&amp;Neu suchen</translation>
    </message>
    <message>
        <source>&amp;Camera</source>
        <translation>&amp;Kamera</translation>
    </message>
    <message>
        <source>&amp;Mode</source>
        <translation>&amp;Modus</translation>
    </message>
    <message>
        <source>No camera found. Connect one and search again, or try File › Open sample › Synthetic camera.</source>
        <translation>Keine Kamera gefunden. Schließen Sie eine an und suchen Sie neu, oder probieren Sie Datei › Beispiel öffnen › Synthetische Kamera.</translation>
    </message>
    <message>
        <source>Camera default</source>
        <translation>Vorgabe der Kamera</translation>
    </message>
    <message>
        <source>{:g} frames/s</source>
        <translation>{:g} Frames/s</translation>
    </message>
</context>
<context>
    <name>ChartController</name>
    <message>
        <source>Save the pose table of the whole video</source>
        <translation>Posentabelle des ganzen Videos speichern</translation>
    </message>
    <message>
        <source>Saved {} with its record.</source>
        <translation>{} mit Begleitdatei gespeichert.</translation>
    </message>
    <message>
        <source>Anal&amp;yse all pictures</source>
        <translation>Alle Bilder &amp;analysieren</translation>
    </message>
    <message>
        <source>Anal&amp;yse whole video</source>
        <translation>Ganzes Video &amp;analysieren</translation>
    </message>
    <message>
        <source>Save the pose table of all pictures</source>
        <translation>Posentabelle aller Bilder speichern</translation>
    </message>
</context>
<context>
    <name>ChartPanel</name>
    <message>
        <source>Last seconds</source>
        <translation>Letzte Sekunden</translation>
    </message>
    <message>
        <source>The selected face over the last seconds</source>
        <translation>Das verfolgte Gesicht in den letzten Sekunden</translation>
    </message>
    <message>
        <source>Whole video</source>
        <translation>Ganzes Video</translation>
    </message>
    <message>
        <source>All faces over the whole video</source>
        <translation>Alle Gesichter über das ganze Video</translation>
    </message>
    <message>
        <source>All pictures</source>
        <translation>Alle Bilder</translation>
    </message>
    <message>
        <source>All faces over all pictures</source>
        <translation>Alle Gesichter über alle Bilder</translation>
    </message>
</context>
<context>
    <name>ChoiceButton</name>
    <message>
        <source>{}: {}</source>
        <translation>{}: {}</translation>
    </message>
</context>
<context>
    <name>CloseQuestion</name>
    <message>
        <source>An export is not finished.</source>
        <translation>Ein Export ist nicht fertig.</translation>
    </message>
    <message>
        <source>{} exports are not finished.</source>
        <translation>{} Exporte sind nicht fertig.</translation>
    </message>
    <message>
        <source>Unfinished ones can continue when the program is started again. Finished files are kept.</source>
        <translation>Nicht fertige können beim nächsten Start des Programms fortgesetzt werden. Fertige Dateien bleiben erhalten.</translation>
    </message>
    <message>
        <source>Closing cancels them, because the queue cannot be saved. Finished files are kept.</source>
        <translation>Beim Schließen werden sie abgebrochen, weil die Warteschlange nicht gespeichert werden kann. Fertige Dateien bleiben erhalten.</translation>
    </message>
    <message>
        <source>&amp;Pause and continue next time</source>
        <translation>&amp;Anhalten und beim nächsten Mal fortsetzen</translation>
    </message>
    <message>
        <source>&amp;Cancel exports and close</source>
        <translation>Exporte a&amp;bbrechen und schließen</translation>
    </message>
    <message>
        <source>&amp;Keep open</source>
        <translation>&amp;Geöffnet lassen</translation>
    </message>
</context>
<context>
    <name>ConfirmOverwrite</name>
    <message>
        <source>{} already exists.</source>
        <translation>{} ist schon vorhanden.</translation>
    </message>
    <message>
        <source>{} already exist.</source>
        <translation>{} sind schon vorhanden.</translation>
    </message>
    <message>
        <source>{} of the files already exist.</source>
        <translation>{} der Dateien sind schon vorhanden.</translation>
    </message>
    <message>
        <source>&amp;Replace</source>
        <translation>&amp;Ersetzen</translation>
    </message>
    <message>
        <source>&amp;Skip those videos</source>
        <translation>Diese &amp;Videos überspringen</translation>
    </message>
    <message>
        <source>Choose another &amp;name</source>
        <translation>Anderen &amp;Namen wählen</translation>
    </message>
</context>
<context>
    <name>DetectorForm</name>
    <message>
        <source>all</source>
        <translation>alle</translation>
    </message>
    <message>
        <source>Also search &amp;tiles of the picture for small faces (MediaPipe; slower)</source>
        <translation>Kleine Gesichter auch in &amp;Kacheln des Bildes suchen (MediaPipe; langsamer)</translation>
    </message>
    <message>
        <source>In the frames in between, boxes are tracked by optical flow.</source>
        <translation>In den Frames dazwischen werden die Boxen über den optischen Fluss verfolgt.</translation>
    </message>
    <message>
        <source>Minimum &amp;score</source>
        <translation>Mindest&amp;bewertung</translation>
    </message>
    <message>
        <source>Maximum &amp;faces (largest first)</source>
        <translation>&amp;Maximale Zahl der Gesichter (größte zuerst)</translation>
    </message>
    <message>
        <source>Detect every &amp;n-th frame</source>
        <translation>In jedem &amp;n-ten Frame suchen</translation>
    </message>
    <message>
        <source>default ({:g})</source>
        <translation>Vorgabe ({:g})</translation>
    </message>
</context>
<context>
    <name>DetectorMenu</name>
    <message>
        <source>&amp;Detector</source>
        <translation>De&amp;tektor</translation>
    </message>
    <message>
        <source>Automatic: MediaPipe if available, otherwise dlib</source>
        <translation>Automatisch: MediaPipe, falls verfügbar, sonst dlib</translation>
    </message>
    <message>
        <source>A box file belongs to a video. Open the video first.</source>
        <translation>Eine Boxdatei gehört zu einem Video. Öffnen Sie zuerst das Video.</translation>
    </message>
    <message>
        <source>Licence: {}</source>
        <translation>Lizenz: {}</translation>
    </message>
    <message>
        <source>&amp;Settings…</source>
        <translation>&amp;Einstellungen…</translation>
    </message>
</context>
<context>
    <name>DetectorSettingsDialog</name>
    <message>
        <source>Detector settings</source>
        <translation>Einstellungen des Detektors</translation>
    </message>
</context>
<context>
    <name>DeviceMenu</name>
    <message>
        <source>D&amp;evice</source>
        <translation>&amp;Gerät</translation>
    </message>
    <message>
        <source>Automatic: GPU if available, otherwise CPU</source>
        <translation>Automatisch: GPU, falls verfügbar, sonst CPU</translation>
    </message>
    <message>
        <source>CPU (ONNX Runtime)</source>
        <translation>CPU (ONNX Runtime)</translation>
    </message>
    <message>
        <source>NVIDIA GPU (CUDA)</source>
        <translation>NVIDIA-GPU (CUDA)</translation>
    </message>
    <message>
        <source>Apple GPU</source>
        <translation>Apple-GPU</translation>
    </message>
</context>
<context>
    <name>Dialogs</name>
    <message>
        <source>Snapshots ({})</source>
        <translation>Snapshots ({})</translation>
    </message>
    <message>
        <source>Add snapshot</source>
        <translation>Snapshot hinzufügen</translation>
    </message>
    <message>
        <source>Add model file</source>
        <translation>Modelldatei hinzufügen</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Box files (*.txt *.csv);;All files (*)</source>
        <translation>Boxdateien (*.txt *.csv);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Choose box file</source>
        <translation>Boxdatei wählen</translation>
    </message>
</context>
<context>
    <name>DirectionMap</name>
    <message>
        <source>Map of directions</source>
        <translation>Karte der Richtungen</translation>
    </message>
</context>
<context>
    <name>Directions</name>
    <message>
        <source>to the picture&apos;s left</source>
        <translation>nach links im Bild</translation>
    </message>
    <message>
        <source>to the picture&apos;s right</source>
        <translation>nach rechts im Bild</translation>
    </message>
    <message>
        <source>up</source>
        <translation>nach oben</translation>
    </message>
    <message>
        <source>down</source>
        <translation>nach unten</translation>
    </message>
    <message>
        <source>clockwise</source>
        <translation>im Uhrzeigersinn</translation>
    </message>
    <message>
        <source>counter-clockwise</source>
        <translation>gegen den Uhrzeigersinn</translation>
    </message>
</context>
<context>
    <name>DoneNotice</name>
    <message>
        <source>1 export is done.</source>
        <translation>1 Export ist fertig.</translation>
    </message>
    <message>
        <source>{} exports are done.</source>
        <translation>{} Exporte sind fertig.</translation>
    </message>
    <message>
        <source>1 export failed.</source>
        <translation>1 Export ist fehlgeschlagen.</translation>
    </message>
    <message>
        <source>{} exports failed.</source>
        <translation>{} Exporte sind fehlgeschlagen.</translation>
    </message>
</context>
<context>
    <name>Dropped</name>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Export all of them</source>
        <translation>Alle exportieren</translation>
    </message>
    <message>
        <source>Open as a session</source>
        <translation>Als Sitzung öffnen</translation>
    </message>
    <message>
        <source>Open as sessions. Two tables of one video are compared in one.</source>
        <translation>Als Sitzungen öffnen. Zwei Tabellen eines Videos werden in einer verglichen.</translation>
    </message>
    <message>
        <source>Use as box file</source>
        <translation>Als Boxdatei verwenden</translation>
    </message>
    <message>
        <source>Open with this box file</source>
        <translation>Mit dieser Boxdatei öffnen</translation>
    </message>
    <message>
        <source>Use as snapshot</source>
        <translation>Als Snapshot verwenden</translation>
    </message>
    <message>
        <source>Open network stream</source>
        <translation>Netzwerkstream öffnen</translation>
    </message>
    <message>
        <source>A recipe cannot be opened here: training runs on the command line, with the command “train”.</source>
        <translation>Ein Rezept kann hier nicht geöffnet werden: Trainiert wird auf der Kommandozeile, mit dem Befehl „train“.</translation>
    </message>
    <message>
        <source>A table in the published text format has neither times nor boxes, so it cannot be reviewed. Use the CSV, JSON Lines or Parquet table of the same export.</source>
        <translation>Eine Tabelle im veröffentlichten Textformat hat weder Zeiten noch Boxen und kann daher nicht durchgesehen werden. Verwenden Sie die CSV-, JSON-Lines- oder Parquet-Tabelle desselben Exports.</translation>
    </message>
    <message>
        <source>A box file belongs to a video. Open the video first, or drop both together.</source>
        <translation>Eine Boxdatei gehört zu einem Video. Öffnen Sie zuerst das Video, oder ziehen Sie beide zusammen hierher.</translation>
    </message>
    <message>
        <source>Drop one box file at a time.</source>
        <translation>Ziehen Sie nur eine Boxdatei auf einmal hierher.</translation>
    </message>
    <message>
        <source>These files do not belong together. Drop videos, or one video with its box file or its pose table, or snapshots.</source>
        <translation>Diese Dateien gehören nicht zusammen. Ziehen Sie Videos hierher, oder ein Video mit seiner Boxdatei oder Posentabelle, oder Snapshots.</translation>
    </message>
</context>
<context>
    <name>EventDialog</name>
    <message>
        <source>Edit event</source>
        <translation>Ereignis bearbeiten</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Anfang</translation>
    </message>
    <message>
        <source>End</source>
        <translation>Ende</translation>
    </message>
    <message>
        <source>No face in particular</source>
        <translation>Kein bestimmtes Gesicht</translation>
    </message>
    <message>
        <source>{name} (face {face})</source>
        <translation>{name} (Gesicht {face})</translation>
    </message>
    <message>
        <source>Face {face}</source>
        <translation>Gesicht {face}</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Notiz</translation>
    </message>
    <message>
        <source>The end is before the start.</source>
        <translation>Das Ende liegt vor dem Anfang.</translation>
    </message>
    <message>
        <source>&amp;Label</source>
        <translation>&amp;Label</translation>
    </message>
    <message>
        <source>&amp;Start</source>
        <translation>&amp;Anfang</translation>
    </message>
    <message>
        <source>&amp;End</source>
        <translation>&amp;Ende</translation>
    </message>
    <message>
        <source>&amp;Face</source>
        <translation>&amp;Gesicht</translation>
    </message>
    <message>
        <source>&amp;Note</source>
        <translation>&amp;Notiz</translation>
    </message>
</context>
<context>
    <name>EventLanes</name>
    <message>
        <source>Events over time</source>
        <translation>Ereignisse im Zeitverlauf</translation>
    </message>
</context>
<context>
    <name>EventsController</name>
    <message>
        <source>“{label}” has started. Press its key again to end it, Esc to drop it.</source>
        <translation>„{label}“ hat begonnen. Dieselbe Taste beendet es, Esc verwirft es.</translation>
    </message>
    <message>
        <source>There is no event after this one.</source>
        <translation>Nach diesem Ereignis kommt keines mehr.</translation>
    </message>
    <message>
        <source>There is no event before this one.</source>
        <translation>Vor diesem Ereignis gibt es keines.</translation>
    </message>
    <message>
        <source>add “{}”</source>
        <translation>„{}“ hinzufügen</translation>
    </message>
    <message>
        <source>Marked “{}”.</source>
        <translation>„{}“ markiert.</translation>
    </message>
    <message>
        <source>edit “{}”</source>
        <translation>„{}“ bearbeiten</translation>
    </message>
    <message>
        <source>delete “{}”</source>
        <translation>„{}“ löschen</translation>
    </message>
    <message>
        <source>delete {} events</source>
        <translation>{} Ereignisse löschen</translation>
    </message>
    <message>
        <source>add the label “{}”</source>
        <translation>Label „{}“ hinzufügen</translation>
    </message>
    <message>
        <source>edit the label “{}”</source>
        <translation>Label „{}“ bearbeiten</translation>
    </message>
    <message>
        <source>remove the label “{}”</source>
        <translation>Label „{}“ entfernen</translation>
    </message>
</context>
<context>
    <name>EventsModel</name>
    <message>
        <source>1 picture</source>
        <translation>1 Bild</translation>
    </message>
    <message>
        <source>{} pictures</source>
        <translation>{} Bilder</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Anfang</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>Dauer</translation>
    </message>
    <message>
        <source>Label</source>
        <translation>Label</translation>
    </message>
    <message>
        <source>Face</source>
        <translation>Gesicht</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Notiz</translation>
    </message>
</context>
<context>
    <name>EventsPage</name>
    <message>
        <source>Labels</source>
        <translation>Labels</translation>
    </message>
    <message>
        <source>Events</source>
        <translation>Ereignisse</translation>
    </message>
    <message>
        <source>Excluded ranges</source>
        <translation>Ausgeschlossene Bereiche</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Taste</translation>
    </message>
    <message>
        <source>Label</source>
        <translation>Label</translation>
    </message>
    <message>
        <source>Count</source>
        <translation>Anzahl</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Share</source>
        <translation>Anteil</translation>
    </message>
    <message>
        <source>None. Add a label such as “talks”; its key then starts and ends ranges, or marks moments.</source>
        <translation>Keine. Fügen Sie ein Label wie „spricht“ hinzu; seine Taste beginnt und beendet dann Bereiche oder markiert Momente.</translation>
    </message>
    <message>
        <source>Add label…</source>
        <translation>Label hinzufügen…</translation>
    </message>
    <message>
        <source>Adds a label for events (L)</source>
        <translation>Fügt ein Label für Ereignisse hinzu (L)</translation>
    </message>
    <message>
        <source>Mark</source>
        <translation>Markieren</translation>
    </message>
    <message>
        <source>Starts or ends a range with the selected label, or marks a moment, as its key does</source>
        <translation>Beginnt oder beendet einen Bereich mit dem ausgewählten Label oder markiert einen Moment, wie seine Taste</translation>
    </message>
    <message>
        <source>Edit label…</source>
        <translation>Label bearbeiten…</translation>
    </message>
    <message>
        <source>Remove label</source>
        <translation>Label entfernen</translation>
    </message>
    <message>
        <source>Removes the label and its events</source>
        <translation>Entfernt das Label und seine Ereignisse</translation>
    </message>
    <message>
        <source>Mark events of the selected face</source>
        <translation>Für das ausgewählte Gesicht markieren</translation>
    </message>
    <message>
        <source>Otherwise, new events are about no face in particular</source>
        <translation>Sonst gehören neue Ereignisse zu keinem bestimmten Gesicht</translation>
    </message>
    <message>
        <source>Edit event…</source>
        <translation>Ereignis bearbeiten…</translation>
    </message>
    <message>
        <source>Edits the selected event (E)</source>
        <translation>Bearbeitet das ausgewählte Ereignis (E)</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Deletes the selected events (Del)</source>
        <translation>Löscht die ausgewählten Ereignisse (Entf)</translation>
    </message>
    <message>
        <source>None. To exclude a range, hold Shift and drag over the curves, or mark it with I and O and press X.</source>
        <translation>Keine. Um einen Bereich auszuschließen, ziehen Sie bei gedrückter Umschalttaste über die Kurven, oder markieren Sie ihn mit I und O und drücken Sie X.</translation>
    </message>
    <message>
        <source>Remove exclusion</source>
        <translation>Ausschluss aufheben</translation>
    </message>
    <message>
        <source>Include the selected ranges again (Del)</source>
        <translation>Die ausgewählten Bereiche wieder einschließen (Entf)</translation>
    </message>
</context>
<context>
    <name>ExportController</name>
    <message>
        <source>Open videos or pictures</source>
        <translation>Videos oder Bilder öffnen</translation>
    </message>
    <message>
        <source>Open folder of pictures or videos</source>
        <translation>Ordner mit Bildern oder Videos öffnen</translation>
    </message>
    <message>
        <source>Choose videos to export</source>
        <translation>Videos für den Export wählen</translation>
    </message>
    <message>
        <source>Choose a folder of videos or pictures to export</source>
        <translation>Ordner mit Videos oder Bildern für den Export wählen</translation>
    </message>
    <message>
        <source>Videos ({});;All files (*)</source>
        <translation>Videos ({});;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Videos and pictures ({});;All files (*)</source>
        <translation>Videos und Bilder ({});;Alle Dateien (*)</translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>Settings of an export</source>
        <translation>Einstellungen eines Exports</translation>
    </message>
    <message>
        <source>Same as in the w&amp;indow</source>
        <translation>&amp;Wie im Hauptfenster</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Choose folder</source>
        <translation>Ordner wählen</translation>
    </message>
    <message>
        <source>Files that will be written</source>
        <translation>Dateien, die geschrieben werden</translation>
    </message>
    <message>
        <source>&amp;Export</source>
        <translation>&amp;Exportieren</translation>
    </message>
    <message>
        <source>Sa&amp;ve</source>
        <translation>Spei&amp;chern</translation>
    </message>
    <message>
        <source>Existing files are replaced only when the export is complete.</source>
        <translation>Vorhandene Dateien werden erst ersetzt, wenn der Export fertig ist.</translation>
    </message>
    <message>
        <source>Output</source>
        <translation>Ausgabe</translation>
    </message>
    <message>
        <source>Range</source>
        <translation>Bereich</translation>
    </message>
    <message>
        <source>Analysis</source>
        <translation>Analyse</translation>
    </message>
    <message>
        <source>Overlays</source>
        <translation>Einblendungen</translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation>&amp;Name</translation>
    </message>
    <message>
        <source>&amp;Added to each name</source>
        <translation>&amp;Zusatz zum Namen</translation>
    </message>
    <message>
        <source>F&amp;older</source>
        <translation>O&amp;rdner</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>Dateien</translation>
    </message>
    <message>
        <source>next to each video</source>
        <translation>neben jedem Video</translation>
    </message>
    <message>
        <source>The files of all videos exist already. Nothing is left to export.</source>
        <translation>Die Dateien aller Videos sind schon vorhanden. Es bleibt nichts zu exportieren.</translation>
    </message>
    <message>
        <source>S&amp;kip videos whose files exist ({} of {})</source>
        <translation>Videos &amp;mit vorhandenen Dateien überspringen ({} von {})</translation>
    </message>
    <message>
        <source>S&amp;kip videos whose files exist</source>
        <translation>Videos &amp;mit vorhandenen Dateien überspringen</translation>
    </message>
    <message>
        <source>There is no folder {}. Choose another one.</source>
        <translation>Den Ordner {} gibt es nicht. Wählen Sie einen anderen.</translation>
    </message>
    <message>
        <source>The folder {} is read-only. Choose another one.</source>
        <translation>Der Ordner {} ist schreibgeschützt. Wählen Sie einen anderen.</translation>
    </message>
    <message>
        <source>The files need a name.</source>
        <translation>Die Dateien brauchen einen Namen.</translation>
    </message>
    <message>
        <source>A name cannot contain “{}”.</source>
        <translation>Ein Name darf „{}“ nicht enthalten.</translation>
    </message>
    <message>
        <source>{} would be overwritten by its own export. Choose another name or folder.</source>
        <translation>{} würde vom eigenen Export überschrieben. Wählen Sie einen anderen Namen oder Ordner.</translation>
    </message>
    <message>
        <source>Another queued export already writes {}. Choose another name.</source>
        <translation>Ein anderer Export der Warteschlange schreibt schon {}. Wählen Sie einen anderen Namen.</translation>
    </message>
    <message>
        <source>Several videos would be exported to {}. Clear the folder to write next to each video.</source>
        <translation>Mehrere Videos würden nach {} exportiert. Leeren Sie das Feld „Ordner“, um neben jedes Video zu schreiben.</translation>
    </message>
    <message>
        <source>{} videos</source>
        <translation>{} Videos</translation>
    </message>
    <message>
        <source>{} pictures</source>
        <translation>{} Bilder</translation>
    </message>
    <message>
        <source>{} frames</source>
        <translation>{} Frames</translation>
    </message>
    <message>
        <source>yaw</source>
        <translation>Gieren</translation>
    </message>
    <message>
        <source>pitch</source>
        <translation>Nicken</translation>
    </message>
    <message>
        <source>roll</source>
        <translation>Rollen</translation>
    </message>
    <message>
        <source>Use the window&apos;s signs (flipped: {})</source>
        <translation>Vorzeichen wie im Hauptfenster (umgekehrt: {})</translation>
    </message>
    <message>
        <source>the window</source>
        <translation>Hauptfenster</translation>
    </message>
    <message>
        <source>Use the neutral pose taken in {} and the window&apos;s signs (flipped: {})</source>
        <translation>Neutralhaltung aus {} und Vorzeichen wie im Hauptfenster (umgekehrt: {})</translation>
    </message>
    <message>
        <source>Use the neutral pose taken in {}</source>
        <translation>Neutralhaltung aus {}</translation>
    </message>
    <message>
        <source>The folder {} is read-only. Choose one folder for the files of all videos.</source>
        <translation>Der Ordner {} ist schreibgeschützt. Wählen Sie einen Ordner für die Dateien aller Videos.</translation>
    </message>
</context>
<context>
    <name>FacesController</name>
    <message>
        <source>name face {}</source>
        <translation>Gesicht {} benennen</translation>
    </message>
    <message>
        <source>merge {faces} and {last}</source>
        <translation>{faces} und {last} zusammenführen</translation>
    </message>
    <message>
        <source>split {}</source>
        <translation>{} teilen</translation>
    </message>
    <message>
        <source>restore the faces of the table</source>
        <translation>Gesichter der Tabelle wiederherstellen</translation>
    </message>
    <message>
        <source>swap {face} and {other}</source>
        <translation>{face} und {other} tauschen</translation>
    </message>
    <message>
        <source>move {}</source>
        <translation>{} zuordnen</translation>
    </message>
    <message>
        <source>face {}</source>
        <translation>Gesicht {}</translation>
    </message>
</context>
<context>
    <name>FacesPage</name>
    <message>
        <source>Pictures: faces are numbered in each picture, so one number in two pictures can be two people. Names, merging and splitting need a video.</source>
        <translation>Bilder: Gesichter sind in jedem Bild für sich nummeriert; dieselbe Nummer in zwei Bildern können zwei Personen sein. Namen, Zusammenführen und Teilen brauchen ein Video.</translation>
    </message>
    <message>
        <source>Faces</source>
        <translation>Gesichter</translation>
    </message>
    <message>
        <source>Select the faces of one person with Ctrl or Shift and merge them. Where a face jumps to another person, split it or move it.</source>
        <translation>Wählen Sie die Gesichter einer Person mit Strg oder Umschalt aus und führen Sie sie zusammen. Wo ein Gesicht auf eine andere Person springt, teilen Sie es oder ordnen Sie es zu.</translation>
    </message>
    <message>
        <source>Same person</source>
        <translation>Selbe Person</translation>
    </message>
    <message>
        <source>Merges the selected faces (P)</source>
        <translation>Führt die ausgewählten Gesichter zusammen (P)</translation>
    </message>
    <message>
        <source>Split here</source>
        <translation>Hier teilen</translation>
    </message>
    <message>
        <source>The face is another person from the present frame on (S)</source>
        <translation>Ab dem gezeigten Frame ist das Gesicht eine andere Person (S)</translation>
    </message>
    <message>
        <source>Move…</source>
        <translation>Zuordnen…</translation>
    </message>
    <message>
        <source>Gives a range of the face to another one, or swaps both (R)</source>
        <translation>Ordnet einen Bereich des Gesichts einem anderen zu oder tauscht beide (R)</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>Wiederherstellen</translation>
    </message>
    <message>
        <source>Shows the faces of the table as the tracker found them</source>
        <translation>Zeigt die Gesichter der Tabelle, wie das Tracking sie gefunden hat</translation>
    </message>
    <message>
        <source>These are the faces of {first}. To correct those of {second}, open that table alone.</source>
        <translation>Dies sind die Gesichter von {first}. Um die von {second} zu korrigieren, öffnen Sie diese Tabelle einzeln.</translation>
    </message>
</context>
<context>
    <name>FacesPanel</name>
    <message>
        <source>Follow this face</source>
        <translation>Dieses Gesicht verfolgen</translation>
    </message>
    <message>
        <source>What do the numbers mean?</source>
        <translation>Was bedeuten die Zahlen?</translation>
    </message>
    <message>
        <source>No picture yet</source>
        <translation>Noch kein Bild</translation>
    </message>
    <message>
        <source>Currently not in the picture.</source>
        <translation>Zurzeit nicht im Bild.</translation>
    </message>
    <message>
        <source>Looking for faces…</source>
        <translation>Gesichter werden gesucht…</translation>
    </message>
    <message>
        <source>No face in the region</source>
        <translation>Kein Gesicht in der Region</translation>
    </message>
    <message>
        <source>No face in the picture</source>
        <translation>Kein Gesicht im Bild</translation>
    </message>
    <message>
        <source>Too small or too far outside to measure its pose.</source>
        <translation>Zu klein oder zu weit am Rand, um die Kopfhaltung zu messen.</translation>
    </message>
    <message>
        <source>Face {}</source>
        <translation>Gesicht {}</translation>
    </message>
    <message>
        <source>Follow the largest face again (Esc)</source>
        <translation>Wieder das größte Gesicht verfolgen (Esc)</translation>
    </message>
</context>
<context>
    <name>FacesTable</name>
    <message>
        <source>Other faces</source>
        <translation>Andere Gesichter</translation>
    </message>
</context>
<context>
    <name>FilesPage</name>
    <message>
        <source>Files</source>
        <translation>Dateien</translation>
    </message>
    <message>
        <source>beside the video</source>
        <translation>neben dem Video</translation>
    </message>
    <message>
        <source>where you last saved something</source>
        <translation>wo zuletzt etwas gespeichert wurde</translation>
    </message>
    <message>
        <source>Exports</source>
        <translation>Exporte</translation>
    </message>
    <message>
        <source>Recordings</source>
        <translation>Aufnahmen</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>Choose folder</source>
        <translation>Ordner wählen</translation>
    </message>
    <message>
        <source>&amp;Clear</source>
        <translation>&amp;Leeren</translation>
    </message>
    <message>
        <source>Clear the list of recent sources</source>
        <translation>Die Liste der zuletzt geöffneten Quellen leeren</translation>
    </message>
    <message>
        <source>&amp;Ask before closing while exports are unfinished</source>
        <translation>&amp;Vor dem Schließen fragen, solange Exporte nicht fertig sind</translation>
    </message>
    <message>
        <source>Without a question, they continue at the next start</source>
        <translation>Ohne Frage werden sie beim nächsten Start fortgesetzt</translation>
    </message>
    <message>
        <source>Recent videos and other sources: {}</source>
        <translation>Zuletzt geöffnete Videos und andere Quellen: {}</translation>
    </message>
    <message>
        <source>There is no folder {}.</source>
        <translation>Den Ordner {} gibt es nicht.</translation>
    </message>
</context>
<context>
    <name>FirstHints</name>
    <message>
        <source>Start here: open a video, a camera or a stream. Or drop files anywhere on the window.</source>
        <translation>Hier beginnen: Öffnen Sie ein Video, eine Kamera oder einen Stream. Oder ziehen Sie Dateien irgendwo auf das Fenster.</translation>
    </message>
    <message>
        <source>Choose another network or detector here at any time, even while a video plays.</source>
        <translation>Wählen Sie hier jederzeit ein anderes Netz oder einen anderen Detektor, auch während ein Video läuft.</translation>
    </message>
    <message>
        <source>Export analyses every frame, and writes an annotated video and a table of all angles.</source>
        <translation>Der Export analysiert jeden Frame und schreibt ein annotiertes Video und eine Tabelle aller Winkel.</translation>
    </message>
</context>
<context>
    <name>GoToDialog</name>
    <message>
        <source>Go to</source>
        <translation>Gehe zu</translation>
    </message>
    <message>
        <source>&amp;Go</source>
        <translation>&amp;Gehe zu</translation>
    </message>
    <message>
        <source>&amp;Time or frame</source>
        <translation>&amp;Zeit oder Frame</translation>
    </message>
    <message>
        <source>A time such as 62.5 or 1:02.5, or a frame such as f307 or #307. Frames count from 0.</source>
        <translation>Eine Zeit wie 62.5 oder 1:02.5 oder ein Frame wie f307 oder #307. Frames zählen ab 0.</translation>
    </message>
    <message>
        <source>The video ends at {}. Enter an earlier time.</source>
        <translation>Das Video endet bei {}. Geben Sie eine frühere Zeit ein.</translation>
    </message>
    <message>
        <source>The last frame is {}. Enter a lower number.</source>
        <translation>Der letzte Frame ist {}. Geben Sie eine kleinere Nummer ein.</translation>
    </message>
</context>
<context>
    <name>HeadView</name>
    <message>
        <source>Head</source>
        <translation>Kopf</translation>
    </message>
    <message>
        <source>The head&apos;s pose: it pitches about its red axis, yaws about green, rolls about blue</source>
        <translation>Die Kopfhaltung: Nicken um die rote Achse, Gieren um die grüne, Rollen um die blaue</translation>
    </message>
    <message>
        <source>No pose</source>
        <translation>Keine Kopfhaltung</translation>
    </message>
    <message>
        <source>Yaw {}; pitch {}; roll {}</source>
        <translation>Gieren {}; Nicken {}; Rollen {}</translation>
    </message>
</context>
<context>
    <name>KeptQueues</name>
    <message>
        <source>An export was not finished.</source>
        <translation>Ein Export wurde nicht fertig.</translation>
    </message>
    <message>
        <source>{} exports were not finished.</source>
        <translation>{} Exporte wurden nicht fertig.</translation>
    </message>
    <message>
        <source>… and {} more</source>
        <translation>… und {} weitere</translation>
    </message>
    <message>
        <source>What was begun continues where it stopped.</source>
        <translation>Angefangene Exporte gehen da weiter, wo sie aufgehört haben.</translation>
    </message>
    <message>
        <source>&amp;Continue</source>
        <translation>&amp;Fortsetzen</translation>
    </message>
    <message>
        <source>&amp;Discard</source>
        <translation>&amp;Verwerfen</translation>
    </message>
    <message>
        <source>Forget these exports. Files that are complete stay.</source>
        <translation>Diese Exporte vergessen. Fertige Dateien bleiben erhalten.</translation>
    </message>
    <message>
        <source>&amp;Later</source>
        <translation>&amp;Später</translation>
    </message>
</context>
<context>
    <name>LabelDialog</name>
    <message>
        <source>Add label</source>
        <translation>Label hinzufügen</translation>
    </message>
    <message>
        <source>Edit label</source>
        <translation>Label bearbeiten</translation>
    </message>
    <message>
        <source>For example: talks</source>
        <translation>Zum Beispiel: spricht</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Keine</translation>
    </message>
    <message>
        <source>{key} (now of {label})</source>
        <translation>{key} (jetzt von {label})</translation>
    </message>
    <message>
        <source>Ranges: the key starts and ends one</source>
        <translation>Bereiche: die Taste beginnt und beendet einen</translation>
    </message>
    <message>
        <source>Moments: the key marks one</source>
        <translation>Momente: die Taste markiert einen</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Wählen…</translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation>&amp;Name</translation>
    </message>
    <message>
        <source>&amp;Marks</source>
        <translation>&amp;Markiert</translation>
    </message>
    <message>
        <source>&amp;Key</source>
        <translation>&amp;Taste</translation>
    </message>
    <message>
        <source>&amp;Colour</source>
        <translation>&amp;Farbe</translation>
    </message>
    <message>
        <source>Colour of the label</source>
        <translation>Farbe des Labels</translation>
    </message>
    <message>
        <source>There is a label with this name already.</source>
        <translation>Ein Label mit diesem Namen gibt es schon.</translation>
    </message>
</context>
<context>
    <name>LogViewer</name>
    <message>
        <source>Collecting the report. It takes a few seconds.</source>
        <translation>Der Bericht wird zusammengestellt. Das dauert einige Sekunden.</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Minimum level</source>
        <translation>Mindeststufe</translation>
    </message>
    <message>
        <source>Everything</source>
        <translation>Alles</translation>
    </message>
    <message>
        <source>Warnings and errors</source>
        <translation>Warnungen und Fehler</translation>
    </message>
    <message>
        <source>Errors</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Search the log</source>
        <translation>Im Protokoll suchen</translation>
    </message>
    <message>
        <source>&amp;Copy report</source>
        <translation>&amp;Bericht kopieren</translation>
    </message>
    <message>
        <source>Copies versions, settings, and the last lines of the log. Your user name is removed.</source>
        <translation>Kopiert Versionen, Einstellungen und die letzten Zeilen des Protokolls. Ihr Benutzername wird entfernt.</translation>
    </message>
    <message>
        <source>The report has been copied to the clipboard.</source>
        <translation>Der Bericht ist in der Zwischenablage.</translation>
    </message>
    <message>
        <source>Open log &amp;folder</source>
        <translation>Protokoll&amp;ordner öffnen</translation>
    </message>
    <message>
        <source>The log folder is not writable, so the log is kept in memory only.</source>
        <translation>In den Protokollordner kann nicht geschrieben werden, daher bleibt das Protokoll nur im Speicher.</translation>
    </message>
    <message>
        <source>No matching log entries.</source>
        <translation>Keine passenden Einträge.</translation>
    </message>
    <message>
        <source>The log is empty.</source>
        <translation>Das Protokoll ist leer.</translation>
    </message>
</context>
<context>
    <name>Menus</name>
    <message>
        <source>Tools</source>
        <translation>Werkzeuge</translation>
    </message>
    <message>
        <source>More tools</source>
        <translation>Weitere Werkzeuge</translation>
    </message>
    <message>
        <source>Snapshot</source>
        <translation>Snapshot</translation>
    </message>
    <message>
        <source>Detector</source>
        <translation>Detektor</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>Open &amp;recent</source>
        <translation>Zuletzt &amp;geöffnet</translation>
    </message>
    <message>
        <source>Th&amp;eme</source>
        <translation>Farbs&amp;chema</translation>
    </message>
    <message>
        <source>&amp;System</source>
        <translation>&amp;System</translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation>&amp;Hell</translation>
    </message>
    <message>
        <source>&amp;Dark</source>
        <translation>&amp;Dunkel</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Open a video, a camera or a stream</source>
        <translation>Video, Kamera oder Stream öffnen</translation>
    </message>
</context>
<context>
    <name>ModelControls</name>
    <message>
        <source>loading…</source>
        <translation>lädt…</translation>
    </message>
    <message>
        <source>{} stays in use.</source>
        <translation>{} bleibt in Gebrauch.</translation>
    </message>
    <message>
        <source>{} is used, because the model file of MediaPipe is not available. It finds fewer faces.</source>
        <translation>{} wird verwendet, weil die Modelldatei von MediaPipe nicht verfügbar ist. Es findet weniger Gesichter.</translation>
    </message>
    <message>
        <source>Get MediaPipe</source>
        <translation>MediaPipe holen</translation>
    </message>
    <message>
        <source>The default models are used instead.</source>
        <translation>Stattdessen werden die Standardmodelle verwendet.</translation>
    </message>
    <message>
        <source>Download {} in a browser from {}, then add the file.</source>
        <translation>Laden Sie {} im Browser von {} herunter und fügen Sie dann die Datei hinzu.</translation>
    </message>
    <message>
        <source>Open address</source>
        <translation>Adresse öffnen</translation>
    </message>
    <message>
        <source>Copy address</source>
        <translation>Adresse kopieren</translation>
    </message>
    <message>
        <source>Add file…</source>
        <translation>Datei hinzufügen…</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Snapshot…</source>
        <translation>Snapshot…</translation>
    </message>
    <message>
        <source>Detector…</source>
        <translation>Detektor…</translation>
    </message>
    <message>
        <source>Device…</source>
        <translation>Gerät…</translation>
    </message>
</context>
<context>
    <name>ModelsPage</name>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>&amp;Snapshot</source>
        <translation>&amp;Snapshot</translation>
    </message>
    <message>
        <source>&amp;Detector</source>
        <translation>&amp;Detektor</translation>
    </message>
    <message>
        <source>D&amp;evice</source>
        <translation>&amp;Gerät</translation>
    </message>
    <message>
        <source>one per core</source>
        <translation>eine pro Kern</translation>
    </message>
    <message>
        <source>CPU t&amp;hreads</source>
        <translation>CPU-T&amp;hreads</translation>
    </message>
    <message>
        <source>Detector</source>
        <translation>Detektor</translation>
    </message>
    <message>
        <source>{}: {}</source>
        <translation>{}: {}</translation>
    </message>
</context>
<context>
    <name>MoveFaceDialog</name>
    <message>
        <source>Move face</source>
        <translation>Gesicht zuordnen</translation>
    </message>
    <message>
        <source>Face {}</source>
        <translation>Gesicht {}</translation>
    </message>
    <message>
        <source>To</source>
        <translation>Zu</translation>
    </message>
    <message>
        <source>A new face</source>
        <translation>Einem neuen Gesicht</translation>
    </message>
    <message>
        <source>{name} (face {face})</source>
        <translation>{name} (Gesicht {face})</translation>
    </message>
    <message>
        <source>Face {face}</source>
        <translation>Gesicht {face}</translation>
    </message>
    <message>
        <source>From here, {}, to the &amp;end</source>
        <translation>Von hier, {}, bis zum &amp;Ende</translation>
    </message>
    <message>
        <source>In the &amp;marked range, {start} – {end}</source>
        <translation>Im &amp;markierten Bereich, {start} – {end}</translation>
    </message>
    <message>
        <source>&amp;All frames</source>
        <translation>&amp;Alle Frames</translation>
    </message>
    <message>
        <source>Which frames of “{}” belong to another face?</source>
        <translation>Welche Frames von „{}“ gehören zu einem anderen Gesicht?</translation>
    </message>
    <message>
        <source>&amp;To</source>
        <translation>&amp;Zu</translation>
    </message>
    <message>
        <source>&amp;Swap: the other face becomes this one there</source>
        <translation>&amp;Tauschen: das andere Gesicht wird dort zu diesem</translation>
    </message>
    <message>
        <source>Move</source>
        <translation>Zuordnen</translation>
    </message>
</context>
<context>
    <name>NetworkView</name>
    <message>
        <source>Network input</source>
        <translation>Netzeingabe</translation>
    </message>
    <message>
        <source>The part of the picture that the network receives, at the network&apos;s own resolution</source>
        <translation>Der Teil des Bildes, den das Netz erhält, in der Auflösung des Netzes</translation>
    </message>
    <message>
        <source>{} × {} px</source>
        <translation>{} × {} px</translation>
    </message>
    <message>
        <source>No picture yet</source>
        <translation>Noch kein Bild</translation>
    </message>
    <message>
        <source>No face in the region</source>
        <translation>Kein Gesicht in der Region</translation>
    </message>
    <message>
        <source>No face in the picture</source>
        <translation>Kein Gesicht im Bild</translation>
    </message>
    <message>
        <source>The network&apos;s answer for this face is not a number</source>
        <translation>Die Antwort des Netzes zu diesem Gesicht ist keine Zahl</translation>
    </message>
    <message>
        <source>The face is too small or too far outside the picture</source>
        <translation>Das Gesicht ist zu klein oder zu weit außerhalb des Bildes</translation>
    </message>
    <message>
        <source>Not available for this network</source>
        <translation>Für dieses Netz nicht verfügbar</translation>
    </message>
</context>
<context>
    <name>Notice</name>
    <message>
        <source>Dismiss</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>NumbersDialog</name>
    <message>
        <source>What do the numbers mean?</source>
        <translation>Was bedeuten die Zahlen?</translation>
    </message>
    <message>
        <source>Angles</source>
        <translation>Winkel</translation>
    </message>
    <message>
        <source>Spread</source>
        <translation>Streuung</translation>
    </message>
    <message>
        <source>Neutral pose</source>
        <translation>Neutralhaltung</translation>
    </message>
    <message>
        <source>Tables</source>
        <translation>Tabellen</translation>
    </message>
    <message>
        <source>In degrees, always in the order yaw, pitch, roll. All three are 0 when the face looks straight into the camera. Left and right are those of the picture as it was recorded: mirroring it changes no number. For a head that is turned about several axes at once: first roll, then yaw, then pitch, each about an axis of the picture.</source>
        <translation>In Grad, immer in der Reihenfolge Gieren, Nicken, Rollen; auf dem Bild und in Tabellen heißen sie yaw, pitch und roll. Alle drei sind 0, wenn das Gesicht gerade in die Kamera blickt. Links und rechts beziehen sich auf das Bild, wie es aufgenommen wurde: Spiegeln ändert keine Zahl. Bei einem Kopf, der um mehrere Achsen zugleich gedreht ist: zuerst Rollen, dann Gieren, dann Nicken, jeweils um eine Achse des Bildes.</translation>
    </message>
    <message>
        <source>A table has the angles of each frame and the smoothed ones, which the window shows. Its record says which signs and which neutral pose they have.</source>
        <translation>Eine Tabelle enthält die Winkel jedes Frames und die geglätteten, die das Fenster zeigt. Welche Vorzeichen und welche Neutralhaltung sie haben, steht in ihrer Begleitdatei.</translation>
    </message>
    <message>
        <source>yaw</source>
        <translation>Gieren</translation>
    </message>
    <message>
        <source>pitch</source>
        <translation>Nicken</translation>
    </message>
    <message>
        <source>roll</source>
        <translation>Rollen</translation>
    </message>
    <message>
        <source>This is the convention of 300W-LP, AFLW2000 and Hopenet.</source>
        <translation>Das ist die Konvention von 300W-LP, AFLW2000 und Hopenet.</translation>
    </message>
    <message>
        <source>You have flipped: {}. The convention of 300W-LP, AFLW2000 and Hopenet has the other sign.</source>
        <translation>Umgekehrt ist: {}. Die Konvention von 300W-LP, AFLW2000 und Hopenet hat das andere Vorzeichen.</translation>
    </message>
    <message>
        <source>± 2.5° is how sure the network is: a standard deviation, for each face and angle. It is calibrated if it was scaled to the errors on pictures whose angles are known: about two of three errors are then smaller.</source>
        <translation>± 2.5° gibt an, wie sicher das Netz ist: eine Standardabweichung, für jedes Gesicht und jeden Winkel. Sie ist kalibriert, wenn sie an die Fehler auf Bildern mit bekannten Winkeln angepasst wurde: Etwa zwei von drei Fehlern sind dann kleiner.</translation>
    </message>
    <message>
        <source>That of the snapshot {} is calibrated.</source>
        <translation>Die des Snapshots {} ist kalibriert.</translation>
    </message>
    <message>
        <source>That of the snapshot {} is not: a larger value is less sure, but its size says nothing.</source>
        <translation>Die des Snapshots {} ist es nicht: Ein größerer Wert ist unsicherer, aber seine Größe besagt nichts.</translation>
    </message>
    <message>
        <source>Angles are measured from facing the camera, or from a pose that you set while somebody holds it (N): for a camera that is not straight in front. It belongs to the video in which it was set. Axes and cubes on the picture do not change.</source>
        <translation>Winkel werden vom Blick in die Kamera aus gemessen, oder von einer Kopfhaltung, die Sie setzen, während jemand sie einnimmt (N): für eine Kamera, die nicht gerade davor steht. Sie gehört zu dem Video, in dem sie gesetzt wurde. Achsen und Würfel auf dem Bild ändern sich nicht.</translation>
    </message>
    <message>
        <source>Now: yaw, pitch, roll {}.</source>
        <translation>Jetzt: Gieren, Nicken, Rollen {}.</translation>
    </message>
</context>
<context>
    <name>OutputsPart</name>
    <message>
        <source>Annotated &amp;picture</source>
        <translation>Annotiertes &amp;Bild</translation>
    </message>
    <message>
        <source>Annotated &amp;video</source>
        <translation>Annotiertes &amp;Video</translation>
    </message>
    <message>
        <source>Pose ta&amp;ble</source>
        <translation>&amp;Posentabelle</translation>
    </message>
    <message>
        <source>Te&amp;xt (published format)</source>
        <translation>Te&amp;xt (veröffentlichtes Format)</translation>
    </message>
    <message>
        <source>One line per face: frame, yaw, pitch, roll, as written by the published scripts</source>
        <translation>Eine Zeile pro Gesicht: Frame, Gieren, Nicken, Rollen, wie es die veröffentlichten Skripte schreiben</translation>
    </message>
    <message>
        <source>Video format</source>
        <translation>Videoformat</translation>
    </message>
    <message>
        <source>Annotated &amp;pictures</source>
        <translation>Annotierte &amp;Bilder</translation>
    </message>
    <message>
        <source>Pictures in a folder</source>
        <translation>Bilder in einem Ordner</translation>
    </message>
    <message>
        <source>Encoder</source>
        <translation>Encoder</translation>
    </message>
    <message>
        <source>Best quality</source>
        <translation>Beste Qualität</translation>
    </message>
    <message>
        <source>Good quality</source>
        <translation>Gute Qualität</translation>
    </message>
    <message>
        <source>Small file</source>
        <translation>Kleine Datei</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>Qualität</translation>
    </message>
    <message>
        <source>&amp;Sound</source>
        <translation>T&amp;on</translation>
    </message>
    <message>
        <source>Table format</source>
        <translation>Tabellenformat</translation>
    </message>
    <message>
        <source>No output is chosen. Choose a video, a table, or a text.</source>
        <translation>Es ist keine Ausgabe gewählt. Wählen Sie ein Video, eine Tabelle oder einen Text.</translation>
    </message>
    <message>
        <source>Quality {}</source>
        <translation>Qualität {}</translation>
    </message>
</context>
<context>
    <name>OverlayPanel</name>
    <message>
        <source>Mirror picture</source>
        <translation>Bild spiegeln</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Width</source>
        <translation>Breite</translation>
    </message>
    <message>
        <source>Opacity</source>
        <translation>Deckkraft</translation>
    </message>
</context>
<context>
    <name>OwnSession</name>
    <message>
        <source>{} is not there any more, or does not belong to a session.</source>
        <translation>{} ist nicht mehr vorhanden oder gehört zu keiner Sitzung.</translation>
    </message>
</context>
<context>
    <name>PathEdit</name>
    <message>
        <source>Choose…</source>
        <translation>Wählen…</translation>
    </message>
</context>
<context>
    <name>PictureMenu</name>
    <message>
        <source>Fo&amp;llow face {}</source>
        <translation>Gesicht {} ver&amp;folgen</translation>
    </message>
    <message>
        <source>Set &amp;neutral pose</source>
        <translation>&amp;Neutralhaltung setzen</translation>
    </message>
    <message>
        <source>Copy &amp;angles of face {}</source>
        <translation>&amp;Winkel von Gesicht {} kopieren</translation>
    </message>
    <message>
        <source>The picture was copied.</source>
        <translation>Das Bild wurde kopiert.</translation>
    </message>
    <message>
        <source>The angles of face {} were copied.</source>
        <translation>Die Winkel von Gesicht {} wurden kopiert.</translation>
    </message>
</context>
<context>
    <name>PreferenceStore</name>
    <message>
        <source>The settings were not saved: {}</source>
        <translation>Die Einstellungen wurden nicht gespeichert: {}</translation>
    </message>
</context>
<context>
    <name>PreferencesDialog</name>
    <message>
        <source>Preferences</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>Seiten</translation>
    </message>
    <message>
        <source>Restores the defaults of this page</source>
        <translation>Stellt die Vorgaben dieser Seite wieder her</translation>
    </message>
</context>
<context>
    <name>PresetRow</name>
    <message>
        <source>Preset</source>
        <translation>Vorlage</translation>
    </message>
    <message>
        <source>Save as p&amp;reset…</source>
        <translation>Als Vorlage spe&amp;ichern…</translation>
    </message>
    <message>
        <source>De&amp;lete preset</source>
        <translation>Vorlage lösc&amp;hen</translation>
    </message>
    <message>
        <source>Prese&amp;t</source>
        <translation>Vor&amp;lage</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>Save as preset</source>
        <translation>Als Vorlage speichern</translation>
    </message>
    <message>
        <source>Name of the preset</source>
        <translation>Name der Vorlage</translation>
    </message>
    <message>
        <source>There is a preset “{}” already. Replace it?</source>
        <translation>Eine Vorlage „{}“ gibt es schon. Soll sie ersetzt werden?</translation>
    </message>
    <message>
        <source>&amp;Replace</source>
        <translation>&amp;Ersetzen</translation>
    </message>
    <message>
        <source>&amp;Keep it</source>
        <translation>&amp;Behalten</translation>
    </message>
    <message>
        <source>Delete the preset “{}”?</source>
        <translation>Die Vorlage „{}“ löschen?</translation>
    </message>
    <message>
        <source>&amp;Delete</source>
        <translation>&amp;Löschen</translation>
    </message>
</context>
<context>
    <name>PresetsApplied</name>
    <message>
        <source>Existing files are replaced only when the export is complete.</source>
        <translation>Vorhandene Dateien werden erst ersetzt, wenn der Export fertig ist.</translation>
    </message>
    <message>
        <source>The preset “{}” cannot be used.</source>
        <translation>Die Vorlage „{}“ kann nicht verwendet werden.</translation>
    </message>
</context>
<context>
    <name>QueueModel</name>
    <message>
        <source>Video</source>
        <translation>Video</translation>
    </message>
    <message>
        <source>Written files</source>
        <translation>Geschriebene Dateien</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>Frames/s</source>
        <translation>Frames/s</translation>
    </message>
    <message>
        <source>Time left</source>
        <translation>Restzeit</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>Preset: {}</source>
        <translation>Vorlage: {}</translation>
    </message>
    <message>
        <source>Snapshot: {}</source>
        <translation>Snapshot: {}</translation>
    </message>
    <message>
        <source>Detector: {}</source>
        <translation>Detektor: {}</translation>
    </message>
    <message>
        <source>Smoothing: {:.0f} %</source>
        <translation>Glättung: {:.0f} %</translation>
    </message>
    <message>
        <source>default</source>
        <translation>Vorgabe</translation>
    </message>
    <message>
        <source>{} frames</source>
        <translation>{} Frames</translation>
    </message>
    <message>
        <source>{} of {}</source>
        <translation>{} von {}</translation>
    </message>
    <message>
        <source>preparing…</source>
        <translation>wird vorbereitet…</translation>
    </message>
    <message>
        <source>{} frames, {} with a face.</source>
        <translation>{} Frames, {} mit Gesicht.</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>wartet</translation>
    </message>
    <message>
        <source>running</source>
        <translation>läuft</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>angehalten</translation>
    </message>
    <message>
        <source>Cancelled.</source>
        <translation>Abgebrochen.</translation>
    </message>
    <message>
        <source>Perspective corrected</source>
        <translation>Perspektive korrigiert</translation>
    </message>
</context>
<context>
    <name>QueuePanel</name>
    <message>
        <source>Export queue</source>
        <translation>Exportwarteschlange</translation>
    </message>
    <message>
        <source>Drop videos or folders here to export them.</source>
        <translation>Videos oder Ordner zum Exportieren hierher ziehen.</translation>
    </message>
    <message>
        <source>Use pre&amp;set</source>
        <translation>Vorlage &amp;anwenden</translation>
    </message>
    <message>
        <source>Add &amp;videos…</source>
        <translation>&amp;Videos hinzufügen…</translation>
    </message>
    <message>
        <source>Add fol&amp;der…</source>
        <translation>&amp;Ordner hinzufügen…</translation>
    </message>
    <message>
        <source>&amp;Up</source>
        <translation>Nach o&amp;ben</translation>
    </message>
    <message>
        <source>Do&amp;wn</source>
        <translation>Nach &amp;unten</translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation>Abbre&amp;chen</translation>
    </message>
    <message>
        <source>&amp;Try again</source>
        <translation>&amp;Erneut versuchen</translation>
    </message>
    <message>
        <source>Re&amp;move</source>
        <translation>Ent&amp;fernen</translation>
    </message>
    <message>
        <source>Show in &amp;folder</source>
        <translation>Im Ordner &amp;zeigen</translation>
    </message>
    <message>
        <source>C&amp;lear finished</source>
        <translation>Fe&amp;rtige entfernen</translation>
    </message>
    <message>
        <source>&amp;Open session</source>
        <translation>&amp;Sitzung öffnen</translation>
    </message>
    <message>
        <source>&amp;Edit settings…</source>
        <translation>Einste&amp;llungen bearbeiten…</translation>
    </message>
    <message>
        <source>Move &amp;up</source>
        <translation>Nach o&amp;ben</translation>
    </message>
    <message>
        <source>Move &amp;down</source>
        <translation>Nach &amp;unten</translation>
    </message>
    <message>
        <source>&amp;Remove</source>
        <translation>Ent&amp;fernen</translation>
    </message>
    <message>
        <source>Co&amp;py result</source>
        <translation>Ergebnis &amp;kopieren</translation>
    </message>
    <message>
        <source>&amp;Resume</source>
        <translation>For&amp;tsetzen</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation>An&amp;halten</translation>
    </message>
</context>
<context>
    <name>QueueStatus</name>
    <message>
        <source>Exports</source>
        <translation>Exporte</translation>
    </message>
    <message>
        <source>Export {} of {}</source>
        <translation>Export {} von {}</translation>
    </message>
    <message>
        <source>{}, paused</source>
        <translation>{}, angehalten</translation>
    </message>
    <message>
        <source>{} left</source>
        <translation>noch {}</translation>
    </message>
    <message>
        <source>{} → {}
Click to show the export queue.</source>
        <translation>{} → {}
Klicken, um die Exportwarteschlange zu zeigen.</translation>
    </message>
</context>
<context>
    <name>QueueWindow</name>
    <message>
        <source>Export queue</source>
        <translation>Exportwarteschlange</translation>
    </message>
</context>
<context>
    <name>RangePart</name>
    <message>
        <source>The &amp;whole video</source>
        <translation>&amp;Ganzes Video</translation>
    </message>
    <message>
        <source>&amp;All pictures</source>
        <translation>&amp;Alle Bilder</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Von</translation>
    </message>
    <message>
        <source>From picture</source>
        <translation>Von Bild</translation>
    </message>
    <message>
        <source>To</source>
        <translation>Bis</translation>
    </message>
    <message>
        <source>To picture</source>
        <translation>Bis Bild</translation>
    </message>
    <message>
        <source>the end</source>
        <translation>Ende</translation>
    </message>
    <message>
        <source>to</source>
        <translation>bis</translation>
    </message>
    <message>
        <source>The range is empty. Choose an end after the start.</source>
        <translation>Der Bereich ist leer. Wählen Sie ein Ende nach dem Anfang.</translation>
    </message>
</context>
<context>
    <name>Recorder</name>
    <message>
        <source>Saved {}.</source>
        <translation>{} gespeichert.</translation>
    </message>
    <message>
        <source>Finishing the recording…</source>
        <translation>Die Aufnahme wird fertiggestellt…</translation>
    </message>
    <message>
        <source>Recorded {}: {} frames.</source>
        <translation>{} aufgenommen: {} Frames.</translation>
    </message>
    <message>
        <source>{} frames were dropped, because encoding was too slow.</source>
        <translation>{} Frames wurden ausgelassen, weil die Kodierung zu langsam war.</translation>
    </message>
    <message>
        <source>The recording ended because its source was closed.</source>
        <translation>Die Aufnahme endete, weil ihre Quelle geschlossen wurde.</translation>
    </message>
    <message>
        <source>Recovered {}: {} frames.</source>
        <translation>{} wiederhergestellt: {} Frames.</translation>
    </message>
</context>
<context>
    <name>RegionOverlay</name>
    <message>
        <source>Region of the detector</source>
        <translation>Region des Detektors</translation>
    </message>
    <message>
        <source>{} × {} pixels at {}, {}</source>
        <translation>{} × {} Pixel bei {}, {}</translation>
    </message>
</context>
<context>
    <name>SavingController</name>
    <message>
        <source>Pictures (*.png *.jpg *.webp *.bmp *.tif)</source>
        <translation>Bilder (*.png *.jpg *.webp *.bmp *.tif)</translation>
    </message>
    <message>
        <source>Save picture</source>
        <translation>Bild speichern</translation>
    </message>
    <message>
        <source>Record to a video and a table</source>
        <translation>In ein Video und eine Tabelle aufnehmen</translation>
    </message>
    <message>
        <source>Videos (*.mp4 *.mov *.mkv)</source>
        <translation>Videos (*.mp4 *.mov *.mkv)</translation>
    </message>
    <message>
        <source>Stop {}</source>
        <translation>Stopp {}</translation>
    </message>
    <message>
        <source>Stop recor&amp;ding</source>
        <translation>&amp;Aufnahme beenden</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Im Ordner zeigen</translation>
    </message>
    <message>
        <source>recording</source>
        <translation>Aufnahme</translation>
    </message>
</context>
<context>
    <name>SeekSlider</name>
    <message>
        <source>Position in the video</source>
        <translation>Position im Video</translation>
    </message>
    <message>
        <source>{} of {} · {}</source>
        <translation>{} von {} · {}</translation>
    </message>
</context>
<context>
    <name>Session</name>
    <message>
        <source>Open &amp;video…</source>
        <translation>&amp;Video öffnen…</translation>
    </message>
    <message>
        <source>Open pose &amp;table…</source>
        <translation>&amp;Posentabelle öffnen…</translation>
    </message>
    <message>
        <source>&amp;Compare with table…</source>
        <translation>Mit &amp;Tabelle vergleichen…</translation>
    </message>
    <message>
        <source>Stop co&amp;mparing</source>
        <translation>Vergleich be&amp;enden</translation>
    </message>
    <message>
        <source>&amp;Save changes</source>
        <translation>Änderungen &amp;speichern</translation>
    </message>
    <message>
        <source>Save table with &amp;faces…</source>
        <translation>Tabelle mit &amp;Gesichtern speichern…</translation>
    </message>
    <message>
        <source>Save filte&amp;red table…</source>
        <translation>Ge&amp;filterte Tabelle speichern…</translation>
    </message>
    <message>
        <source>Save &amp;plot…</source>
        <translation>&amp;Diagramm speichern…</translation>
    </message>
    <message>
        <source>Save stat&amp;istics…</source>
        <translation>Stat&amp;istik speichern…</translation>
    </message>
    <message>
        <source>Save atte&amp;ntion…</source>
        <translation>&amp;Aufmerksamkeit speichern…</translation>
    </message>
    <message>
        <source>Load tar&amp;gets…</source>
        <translation>&amp;Ziele laden…</translation>
    </message>
    <message>
        <source>Save targets &amp;as…</source>
        <translation>Ziele speichern &amp;unter…</translation>
    </message>
    <message>
        <source>C&amp;lose</source>
        <translation>Sch&amp;ließen</translation>
    </message>
    <message>
        <source>&amp;Exclude ranges</source>
        <translation>Bereiche au&amp;sschließen</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Rückgängig</translation>
    </message>
    <message>
        <source>Red&amp;o</source>
        <translation>&amp;Wiederholen</translation>
    </message>
    <message>
        <source>E&amp;xclude marked range</source>
        <translation>Markierten &amp;Bereich ausschließen</translation>
    </message>
    <message>
        <source>&amp;Delete event or exclusion</source>
        <translation>Ereignis oder Ausschluss &amp;löschen</translation>
    </message>
    <message>
        <source>Remove &amp;all exclusions</source>
        <translation>Alle Ausschlüsse au&amp;fheben</translation>
    </message>
    <message>
        <source>Add &amp;target in this direction</source>
        <translation>&amp;Ziel in dieser Richtung hinzufügen</translation>
    </message>
    <message>
        <source>Mark &amp;start of range</source>
        <translation>Bereichs&amp;anfang markieren</translation>
    </message>
    <message>
        <source>Mark e&amp;nd of range</source>
        <translation>Bereichs&amp;ende markieren</translation>
    </message>
    <message>
        <source>Drop mar&amp;ks</source>
        <translation>&amp;Marken verwerfen</translation>
    </message>
    <message>
        <source>&amp;Name face…</source>
        <translation>Gesicht be&amp;nennen…</translation>
    </message>
    <message>
        <source>Selected faces are the same &amp;person</source>
        <translation>Ausgewählte Gesichter sind dieselbe &amp;Person</translation>
    </message>
    <message>
        <source>&amp;Split face here</source>
        <translation>Gesicht hier &amp;teilen</translation>
    </message>
    <message>
        <source>&amp;Move face…</source>
        <translation>Gesicht &amp;zuordnen…</translation>
    </message>
    <message>
        <source>&amp;Restore faces of the table</source>
        <translation>Gesichter der Tabelle &amp;wiederherstellen</translation>
    </message>
    <message>
        <source>Ne&amp;xt face</source>
        <translation>Nä&amp;chstes Gesicht</translation>
    </message>
    <message>
        <source>Pre&amp;vious face</source>
        <translation>&amp;Vorheriges Gesicht</translation>
    </message>
    <message>
        <source>Add &amp;label…</source>
        <translation>&amp;Label hinzufügen…</translation>
    </message>
    <message>
        <source>&amp;Edit event…</source>
        <translation>Ereignis &amp;bearbeiten…</translation>
    </message>
    <message>
        <source>&amp;Next event</source>
        <translation>&amp;Nächstes Ereignis</translation>
    </message>
    <message>
        <source>&amp;Previous event</source>
        <translation>&amp;Vorheriges Ereignis</translation>
    </message>
    <message>
        <source>Mark label</source>
        <translation>Label markieren</translation>
    </message>
    <message>
        <source>&amp;Play/pause</source>
        <translation>&amp;Wiedergabe/Pause</translation>
    </message>
    <message>
        <source>Pre&amp;vious frame</source>
        <translation>&amp;Vorheriger Frame</translation>
    </message>
    <message>
        <source>&amp;Next frame</source>
        <translation>&amp;Nächster Frame</translation>
    </message>
    <message>
        <source>Jump &amp;back 1 s</source>
        <translation>1 s &amp;zurück</translation>
    </message>
    <message>
        <source>Jump &amp;forward 1 s</source>
        <translation>1 s v&amp;or</translation>
    </message>
    <message>
        <source>Jump back 10 s</source>
        <translation>10 s zurück</translation>
    </message>
    <message>
        <source>Jump forward 10 s</source>
        <translation>10 s vor</translation>
    </message>
    <message>
        <source>&amp;Go to start</source>
        <translation>Zum &amp;Anfang</translation>
    </message>
    <message>
        <source>Go to en&amp;d</source>
        <translation>Zum &amp;Ende</translation>
    </message>
    <message>
        <source>Go &amp;to time or frame…</source>
        <translation>Gehe zu Zeit oder &amp;Frame…</translation>
    </message>
    <message>
        <source>Zoom &amp;in</source>
        <translation>Ve&amp;rgrößern</translation>
    </message>
    <message>
        <source>Zoom o&amp;ut</source>
        <translation>Ver&amp;kleinern</translation>
    </message>
    <message>
        <source>Fit window</source>
        <translation>An Fenster anpassen</translation>
    </message>
    <message>
        <source>&amp;Original size</source>
        <translation>Or&amp;iginalgröße</translation>
    </message>
    <message>
        <source>Show &amp;whole video</source>
        <translation>&amp;Ganzes Video zeigen</translation>
    </message>
    <message>
        <source>E&amp;vents</source>
        <translation>&amp;Ereignisse</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
        <source>F&amp;aces</source>
        <translation>&amp;Gesichter</translation>
    </message>
    <message>
        <source>&amp;Playback</source>
        <translation>&amp;Wiedergabe</translation>
    </message>
</context>
<context>
    <name>SessionActions</name>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Rückgängig</translation>
    </message>
    <message>
        <source>&amp;Undo {}</source>
        <translation>&amp;Rückgängig: {}</translation>
    </message>
    <message>
        <source>Red&amp;o</source>
        <translation>&amp;Wiederholen</translation>
    </message>
    <message>
        <source>Red&amp;o {}</source>
        <translation>&amp;Wiederholen: {}</translation>
    </message>
    <message>
        <source>Mark “{}”</source>
        <translation>„{}“ markieren</translation>
    </message>
</context>
<context>
    <name>SessionBar</name>
    <message>
        <source>Position</source>
        <translation>Position</translation>
    </message>
    <message>
        <source>Drag over the curves to exclude a range; Shift+drag always does (M)</source>
        <translation>Über die Kurven ziehen, um einen Bereich auszuschließen; mit Umschalttaste immer (M)</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>Geschwindigkeit</translation>
    </message>
</context>
<context>
    <name>SessionCurves</name>
    <message>
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>Yaw, pitch and roll over time</source>
        <translation>Gieren, Nicken und Rollen im Zeitverlauf</translation>
    </message>
    <message>
        <source>Time (s)</source>
        <translation>Zeit (s)</translation>
    </message>
    <message>
        <source>Yaw</source>
        <translation>Gieren</translation>
    </message>
    <message>
        <source>Pitch</source>
        <translation>Nicken</translation>
    </message>
    <message>
        <source>Roll</source>
        <translation>Rollen</translation>
    </message>
</context>
<context>
    <name>SessionFiles</name>
    <message>
        <source>Open video</source>
        <translation>Video öffnen</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Pose tables and records ({})</source>
        <translation>Posentabellen und Begleitdateien ({})</translation>
    </message>
    <message>
        <source>Open pose table</source>
        <translation>Posentabelle öffnen</translation>
    </message>
    <message>
        <source>Compare with pose table</source>
        <translation>Mit Posentabelle vergleichen</translation>
    </message>
    <message>
        <source>Pictures (*.png *.svg)</source>
        <translation>Bilder (*.png *.svg)</translation>
    </message>
    <message>
        <source>Comma-separated values (*.csv)</source>
        <translation>Kommagetrennte Werte (*.csv)</translation>
    </message>
    <message>
        <source>Load targets</source>
        <translation>Ziele laden</translation>
    </message>
    <message>
        <source>Targets (*.json)</source>
        <translation>Ziele (*.json)</translation>
    </message>
    <message>
        <source>Your last changes are not saved. Save them anyway?</source>
        <translation>Ihre letzten Änderungen sind nicht gespeichert. Trotzdem speichern?</translation>
    </message>
    <message>
        <source>Files that another program changed are kept under another name. Otherwise your changes are lost.</source>
        <translation>Dateien, die ein anderes Programm geändert hat, bleiben unter einem anderen Namen erhalten. Sonst gehen Ihre Änderungen verloren.</translation>
    </message>
    <message>
        <source>Save as</source>
        <translation>Speichern unter</translation>
    </message>
    <message>
        <source>Pose tables ({})</source>
        <translation>Posentabellen ({})</translation>
    </message>
</context>
<context>
    <name>SessionModel</name>
    <message>
        <source>exclude a range</source>
        <translation>Bereich ausschließen</translation>
    </message>
    <message>
        <source>remove an exclusion</source>
        <translation>Ausschluss aufheben</translation>
    </message>
    <message>
        <source>remove all exclusions</source>
        <translation>Alle Ausschlüsse aufheben</translation>
    </message>
</context>
<context>
    <name>SessionSaving</name>
    <message>
        <source>Saved {name} with {rows} rows.</source>
        <translation>{name} mit {rows} Zeilen gespeichert.</translation>
    </message>
    <message>
        <source>Saved {}.</source>
        <translation>{} gespeichert.</translation>
    </message>
</context>
<context>
    <name>SessionSide</name>
    <message>
        <source>Face {face} of each picture ({pictures})</source>
        <translation>Gesicht {face} jedes Bildes ({pictures})</translation>
    </message>
    <message>
        <source>Face</source>
        <translation>Gesicht</translation>
    </message>
    <message>
        <source>Angles</source>
        <translation>Winkel</translation>
    </message>
    <message>
        <source>Smoothed</source>
        <translation>Geglättet</translation>
    </message>
    <message>
        <source>Per frame (unsmoothed)</source>
        <translation>Je Frame (ungeglättet)</translation>
    </message>
    <message>
        <source>Smoothed without lag</source>
        <translation>Ohne Verzögerung geglättet</translation>
    </message>
    <message>
        <source>Smoothed without lag: forwards and backwards through time, so that turns stay where they are. Statistics, plots, attention and saved tables then use it.</source>
        <translation>Ohne Verzögerung geglättet: vorwärts und rückwärts durch die Zeit, sodass Drehungen bleiben, wo sie sind. Statistik, Diagramme, Aufmerksamkeit und gespeicherte Tabellen verwenden dann diese Winkel.</translation>
    </message>
    <message>
        <source>Stren&amp;gth</source>
        <translation>Stär&amp;ke</translation>
    </message>
    <message>
        <source>Draw on video</source>
        <translation>Auf Video zeichnen</translation>
    </message>
    <message>
        <source>Show &amp;spread</source>
        <translation>St&amp;reuung zeigen</translation>
    </message>
    <message>
        <source>Shades one standard deviation of the network&apos;s distribution on each side</source>
        <translation>Schattiert auf jeder Seite eine Standardabweichung der Verteilung des Netzes</translation>
    </message>
    <message>
        <source>Fa&amp;ce</source>
        <translation>Gesi&amp;cht</translation>
    </message>
    <message>
        <source>An&amp;gles</source>
        <translation>W&amp;inkel</translation>
    </message>
    <message>
        <source>&amp;Draw on video</source>
        <translation>Auf &amp;Video zeichnen</translation>
    </message>
    <message>
        <source>Statistics</source>
        <translation>Statistik</translation>
    </message>
    <message>
        <source>Faces</source>
        <translation>Gesichter</translation>
    </message>
    <message>
        <source>Events</source>
        <translation>Ereignisse</translation>
    </message>
    <message>
        <source>Nothing</source>
        <translation>Nichts</translation>
    </message>
    <message>
        <source>{name} (face {face}), {frames} frames</source>
        <translation>{name} (Gesicht {face}), {frames} Frames</translation>
    </message>
    <message>
        <source>Face {face}, {frames} frames</source>
        <translation>Gesicht {face}, {frames} Frames</translation>
    </message>
    <message>
        <source>{}, only in the first table</source>
        <translation>{}, nur in der ersten Tabelle</translation>
    </message>
    <message>
        <source>{text}, face {partner} in the second table</source>
        <translation>{text}, Gesicht {partner} in der zweiten Tabelle</translation>
    </message>
</context>
<context>
    <name>SessionViewer</name>
    <message>
        <source>Open a video to see it together with its curves.</source>
        <translation>Öffnen Sie ein Video, um es zusammen mit seinen Kurven zu sehen.</translation>
    </message>
    <message>
        <source>{} was not found. Open it to see it together with its curves.</source>
        <translation>{} wurde nicht gefunden. Öffnen Sie es, um es zusammen mit seinen Kurven zu sehen.</translation>
    </message>
    <message>
        <source>Opening {}…</source>
        <translation>{} wird geöffnet…</translation>
    </message>
    <message>
        <source>Session</source>
        <translation>Sitzung</translation>
    </message>
    <message>
        <source>Attention</source>
        <translation>Aufmerksamkeit</translation>
    </message>
    <message>
        <source>The video cannot be shown.</source>
        <translation>Das Video kann nicht gezeigt werden.</translation>
    </message>
    <message>
        <source>Mark a range first: its start with I, its end with O.</source>
        <translation>Markieren Sie zuerst einen Bereich: den Anfang mit I, das Ende mit O.</translation>
    </message>
    <message>
        <source>{} is not the record of a pose table.</source>
        <translation>{} ist keine Begleitdatei einer Posentabelle.</translation>
    </message>
</context>
<context>
    <name>ShortcutsDialog</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Search actions and keys</source>
        <translation>Aktionen und Tasten suchen</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>Aktion</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <source>No matching shortcuts.</source>
        <translation>Keine passenden Tastenkürzel.</translation>
    </message>
</context>
<context>
    <name>SidePanel</name>
    <message>
        <source>Faces</source>
        <translation>Gesichter</translation>
    </message>
    <message>
        <source>Head and network input</source>
        <translation>Kopf und Netzeingabe</translation>
    </message>
    <message>
        <source>Overlay</source>
        <translation>Einblendungen</translation>
    </message>
    <message>
        <source>Angles</source>
        <translation>Winkel</translation>
    </message>
    <message>
        <source>Timings</source>
        <translation>Rechenzeiten</translation>
    </message>
</context>
<context>
    <name>SignsPicture</name>
    <message>
        <source>Signs of the angles</source>
        <translation>Vorzeichen der Winkel</translation>
    </message>
    <message>
        <source>the nose points to the picture&apos;s left</source>
        <translation>die Nase zeigt im Bild nach links</translation>
    </message>
    <message>
        <source>the nose points to the picture&apos;s right</source>
        <translation>die Nase zeigt im Bild nach rechts</translation>
    </message>
    <message>
        <source>the nose points up</source>
        <translation>die Nase zeigt nach oben</translation>
    </message>
    <message>
        <source>the nose points down</source>
        <translation>die Nase zeigt nach unten</translation>
    </message>
    <message>
        <source>the head is tilted clockwise</source>
        <translation>der Kopf ist im Uhrzeigersinn geneigt</translation>
    </message>
    <message>
        <source>the head is tilted counter-clockwise</source>
        <translation>der Kopf ist gegen den Uhrzeigersinn geneigt</translation>
    </message>
    <message>
        <source>Yaw</source>
        <translation>Gieren</translation>
    </message>
    <message>
        <source>Pitch</source>
        <translation>Nicken</translation>
    </message>
    <message>
        <source>Roll</source>
        <translation>Rollen</translation>
    </message>
</context>
<context>
    <name>SnapshotMenu</name>
    <message>
        <source>&amp;Snapshot</source>
        <translation>&amp;Snapshot</translation>
    </message>
    <message>
        <source>On this machine</source>
        <translation>Auf diesem Rechner</translation>
    </message>
    <message>
        <source>Downloaded when chosen</source>
        <translation>Wird bei Auswahl heruntergeladen</translation>
    </message>
    <message>
        <source>To be downloaded by hand</source>
        <translation>Von Hand herunterzuladen</translation>
    </message>
    <message>
        <source>Your files</source>
        <translation>Eigene Dateien</translation>
    </message>
    <message>
        <source>&amp;Cancel download</source>
        <translation>Download ab&amp;brechen</translation>
    </message>
    <message>
        <source>&amp;Add file…</source>
        <translation>Datei &amp;hinzufügen…</translation>
    </message>
    <message>
        <source>&amp;Remove from list</source>
        <translation>Aus der Liste &amp;entfernen</translation>
    </message>
    <message>
        <source>{} MB</source>
        <translation>{} MB</translation>
    </message>
    <message>
        <source>{:.1f}° measured</source>
        <translation>{:.1f}° gemessen</translation>
    </message>
    <message>
        <source>{:.1f}° published</source>
        <translation>{:.1f}° veröffentlicht</translation>
    </message>
    <message>
        <source>{:.1f}° stated</source>
        <translation>{:.1f}° angegeben</translation>
    </message>
    <message>
        <source>Choose it to see where from.</source>
        <translation>Wählen Sie ihn, um zu sehen, woher.</translation>
    </message>
    <message>
        <source>Architecture: {}</source>
        <translation>Architektur: {}</translation>
    </message>
    <message>
        <source>Mean error: {:.2f}°, measured on the same {} for every snapshot</source>
        <translation>Mittlerer Fehler: {:.2f}°, für alle Snapshots auf denselben gemessen: {}</translation>
    </message>
    <message>
        <source>Mean error: {:.2f}°, published by its authors, on {}</source>
        <translation>Mittlerer Fehler: {:.2f}°, von den Autoren veröffentlicht, auf {}</translation>
    </message>
    <message>
        <source>Mean error: {:.2f}°, stated in the file ({})</source>
        <translation>Mittlerer Fehler: {:.2f}°, in der Datei angegeben ({})</translation>
    </message>
    <message>
        <source>Licence: {}</source>
        <translation>Lizenz: {}</translation>
    </message>
</context>
<context>
    <name>SourceMessages</name>
    <message>
        <source>The neutral pose was set without this correction of perspective, so it does not count now. Set it again.</source>
        <translation>Die Neutralhaltung wurde ohne diese Korrektur der Perspektive gesetzt und gilt daher nicht mehr. Setzen Sie sie neu.</translation>
    </message>
    <message>
        <source>{} has ended.</source>
        <translation>{} ist zu Ende.</translation>
    </message>
    <message>
        <source>Open again</source>
        <translation>Wieder öffnen</translation>
    </message>
    <message>
        <source>Looking for faces…</source>
        <translation>Gesichter werden gesucht…</translation>
    </message>
    <message>
        <source>Opening {}…</source>
        <translation>{} wird geöffnet…</translation>
    </message>
    <message>
        <source>Try now</source>
        <translation>Jetzt versuchen</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Choose another…</source>
        <translation>Andere wählen…</translation>
    </message>
    <message>
        <source>{} Retrying in {} s.</source>
        <translation>{} Neuer Versuch in {} s.</translation>
    </message>
    <message>
        <source>Remove from Recent</source>
        <translation>Aus „Zuletzt geöffnet“ entfernen</translation>
    </message>
    <message>
        <source>The neutral pose was taken in {}, so angles are measured from facing the camera again.</source>
        <translation>Die Neutralhaltung wurde in {} bestimmt, daher werden Winkel wieder vom Blick in die Kamera aus gemessen.</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>Behalten</translation>
    </message>
</context>
<context>
    <name>SpokenPicture</name>
    <message>
        <source>No face</source>
        <translation>Kein Gesicht</translation>
    </message>
    <message>
        <source>1 face</source>
        <translation>1 Gesicht</translation>
    </message>
    <message>
        <source>{} faces</source>
        <translation>{} Gesichter</translation>
    </message>
    <message>
        <source>no pose</source>
        <translation>keine Kopfhaltung</translation>
    </message>
    <message>
        <source>yaw {}; pitch {}; roll {}</source>
        <translation>Gieren {}; Nicken {}; Rollen {}</translation>
    </message>
    <message>
        <source>Face {}: {}</source>
        <translation>Gesicht {}: {}</translation>
    </message>
</context>
<context>
    <name>StatisticsPage</name>
    <message>
        <source>Pictures: faces are numbered in each picture, so one number in two pictures can be two people. These are the statistics of all faces.</source>
        <translation>Bilder: Gesichter sind in jedem Bild für sich nummeriert; dieselbe Nummer in zwei Bildern können zwei Personen sein. Dies ist die Statistik aller Gesichter.</translation>
    </message>
    <message>
        <source>{name}: {faces} faces in {pictures} pictures, {share}</source>
        <translation>{name}: {faces} Gesichter in {pictures} Bildern, {share}</translation>
    </message>
    <message>
        <source>Yaw</source>
        <translation>Gieren</translation>
    </message>
    <message>
        <source>Pitch</source>
        <translation>Nicken</translation>
    </message>
    <message>
        <source>Roll</source>
        <translation>Rollen</translation>
    </message>
    <message>
        <source>Mean</source>
        <translation>Mittel</translation>
    </message>
    <message>
        <source>Std. dev.</source>
        <translation>Std.-Abw.</translation>
    </message>
    <message>
        <source>Min</source>
        <translation>Min.</translation>
    </message>
    <message>
        <source>Max</source>
        <translation>Max.</translation>
    </message>
    <message>
        <source>Statistics</source>
        <translation>Statistik</translation>
    </message>
    <message>
        <source>Mean |difference|</source>
        <translation>Mittlere |Differenz|</translation>
    </message>
    <message>
        <source>Differences</source>
        <translation>Differenzen</translation>
    </message>
    <message>
        <source>Statistics of</source>
        <translation>Statistik von</translation>
    </message>
    <message>
        <source>Statistics (excluded ranges left out)</source>
        <translation>Statistik (ohne ausgeschlossene Bereiche)</translation>
    </message>
    <message>
        <source>The whole video</source>
        <translation>Ganzes Video</translation>
    </message>
    <message>
        <source>During “{}”</source>
        <translation>Während „{}“</translation>
    </message>
    <message>
        <source>Difference (second − first) over {} shared frames</source>
        <translation>Differenz (zweite − erste) über {} gemeinsame Frames</translation>
    </message>
    <message>
        <source>{name}: {frames} frames, {share}</source>
        <translation>{name}: {frames} Frames, {share}</translation>
    </message>
</context>
<context>
    <name>StatisticsTable</name>
    <message>
        <source>Frames with this face, and their share of the frames that are not excluded</source>
        <translation>Frames mit diesem Gesicht und ihr Anteil an den Frames, die nicht ausgeschlossen sind</translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message>
        <source>Download</source>
        <translation>Download</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Loading the models…</source>
        <translation>Modelle werden geladen…</translation>
    </message>
    <message>
        <source>Downloading {}…</source>
        <translation>{} wird heruntergeladen…</translation>
    </message>
    <message>
        <source>Checking {}…</source>
        <translation>{} wird geprüft…</translation>
    </message>
    <message>
        <source>Converting {} for this computer (only this once)…</source>
        <translation>{} wird für diesen Rechner umgewandelt (nur dieses eine Mal)…</translation>
    </message>
    <message>
        <source>Loading {}…</source>
        <translation>{} wird geladen…</translation>
    </message>
    <message>
        <source>No models are loaded.</source>
        <translation>Keine Modelle geladen.</translation>
    </message>
    <message>
        <source>CPU</source>
        <translation>CPU</translation>
    </message>
    <message>
        <source>CPU (torch)</source>
        <translation>CPU (torch)</translation>
    </message>
    <message>
        <source>NVIDIA GPU</source>
        <translation>NVIDIA-GPU</translation>
    </message>
    <message>
        <source>Apple GPU</source>
        <translation>Apple-GPU</translation>
    </message>
    <message>
        <source>{:.1f} frames/s</source>
        <translation>{:.1f} Frames/s</translation>
    </message>
    <message>
        <source>{:.0f} ms</source>
        <translation>{:.0f} ms</translation>
    </message>
    <message>
        <source>{} dropped</source>
        <translation>{} ausgelassen</translation>
    </message>
    <message>
        <source>{} skipped</source>
        <translation>{} übersprungen</translation>
    </message>
    <message>
        <source>● {:02d}:{:02d}  {} frames</source>
        <translation>● {:02d}:{:02d}  {} Frames</translation>
    </message>
    <message>
        <source>, {} dropped</source>
        <translation>, {} ausgelassen</translation>
    </message>
    <message>
        <source>{:.1f} MB</source>
        <translation>{:.1f} MB</translation>
    </message>
    <message>
        <source>{:.1f} of {:.1f} MB</source>
        <translation>{:.1f} von {:.1f} MB</translation>
    </message>
    <message>
        <source>Sending to {} live outputs</source>
        <translation>Sendet an {} Live-Ausgaben</translation>
    </message>
    <message>
        <source>Sending to 1 live output</source>
        <translation>Sendet an 1 Live-Ausgabe</translation>
    </message>
</context>
<context>
    <name>StoragePage</name>
    <message>
        <source>Storage</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Downloaded models</source>
        <translation>Heruntergeladene Modelle</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Im Ordner zeigen</translation>
    </message>
    <message>
        <source>{}: show in folder</source>
        <translation>{}: im Ordner zeigen</translation>
    </message>
    <message>
        <source>empty</source>
        <translation>leer</translation>
    </message>
</context>
<context>
    <name>StripChart</name>
    <message>
        <source>{:g} s</source>
        <translation>{:g} s</translation>
    </message>
    <message>
        <source>now</source>
        <translation>jetzt</translation>
    </message>
    <message>
        <source>Angles over the last seconds</source>
        <translation>Winkel der letzten Sekunden</translation>
    </message>
    <message>
        <source>Yaw</source>
        <translation>Gieren</translation>
    </message>
    <message>
        <source>Pitch</source>
        <translation>Nicken</translation>
    </message>
    <message>
        <source>Roll</source>
        <translation>Rollen</translation>
    </message>
    <message>
        <source>Time span</source>
        <translation>Zeitspanne</translation>
    </message>
    <message>
        <source>Time span of the chart</source>
        <translation>Zeitspanne des Diagramms</translation>
    </message>
    <message>
        <source>{}: none</source>
        <translation>{}: keine</translation>
    </message>
    <message>
        <source>{}: {}, from {} to {}</source>
        <translation>{}: {}, von {} bis {}</translation>
    </message>
</context>
<context>
    <name>TargetsTable</name>
    <message>
        <source>Target</source>
        <translation>Ziel</translation>
    </message>
    <message>
        <source>Yaw</source>
        <translation>Gieren</translation>
    </message>
    <message>
        <source>Pitch</source>
        <translation>Nicken</translation>
    </message>
    <message>
        <source>Radius</source>
        <translation>Radius</translation>
    </message>
    <message>
        <source>Targets</source>
        <translation>Ziele</translation>
    </message>
</context>
<context>
    <name>TimingsPanel</name>
    <message>
        <source>Track</source>
        <translation>Tracking</translation>
    </message>
    <message>
        <source>Detect</source>
        <translation>Suche</translation>
    </message>
    <message>
        <source>Crop</source>
        <translation>Ausschnitt</translation>
    </message>
    <message>
        <source>Infer</source>
        <translation>Schätzung</translation>
    </message>
    <message>
        <source>Draw</source>
        <translation>Zeichnen</translation>
    </message>
    <message>
        <source>Analysis rate</source>
        <translation>Analyserate</translation>
    </message>
    <message>
        <source>Source rate</source>
        <translation>Quellrate</translation>
    </message>
    <message>
        <source>Delay, capture to screen</source>
        <translation>Verzögerung bis Bildschirm</translation>
    </message>
    <message>
        <source>Frames not analysed</source>
        <translation>Nicht analysierte Frames</translation>
    </message>
    <message>
        <source>A full bar is {:g} ms.</source>
        <translation>Ein voller Balken sind {:g} ms.</translation>
    </message>
    <message>
        <source>{:.1f} frames/s</source>
        <translation>{:.1f} Frames/s</translation>
    </message>
    <message>
        <source>{:.1f} ms</source>
        <translation>{:.1f} ms</translation>
    </message>
    <message>
        <source>{:.0f} ms</source>
        <translation>{:.0f} ms</translation>
    </message>
</context>
<context>
    <name>Titles</name>
    <message>
        <source>Compact: EfficientNet-Lite0, bundled</source>
        <translation>Kompakt: EfficientNet-Lite0, mitgeliefert</translation>
    </message>
    <message>
        <source>Compact in 8-bit integers, faster on CPUs</source>
        <translation>Kompakt in 8-Bit-Zahlen, schneller auf CPUs</translation>
    </message>
    <message>
        <source>Hopenet ResNet50 of the paper, alpha 1</source>
        <translation>Hopenet ResNet50 des Aufsatzes, alpha 1</translation>
    </message>
    <message>
        <source>Hopenet ResNet50 of the paper, alpha 2</source>
        <translation>Hopenet ResNet50 des Aufsatzes, alpha 2</translation>
    </message>
    <message>
        <source>Hopenet ResNet50 of the paper, robust</source>
        <translation>Hopenet ResNet50 des Aufsatzes, robust</translation>
    </message>
    <message>
        <source>MediaPipe BlazeFace, short range</source>
        <translation>MediaPipe BlazeFace, kurze Reichweite</translation>
    </message>
    <message>
        <source>MediaPipe BlazeFace, full range (sparse)</source>
        <translation>MediaPipe BlazeFace, volle Reichweite (dünn besetzt)</translation>
    </message>
    <message>
        <source>dlib CNN face detector</source>
        <translation>dlib-CNN-Gesichtsdetektor</translation>
    </message>
    <message>
        <source>EfficientNet-Lite0 trained on ImageNet: the starting point of our own networks</source>
        <translation>EfficientNet-Lite0, auf ImageNet trainiert: der Ausgangspunkt unserer eigenen Netze</translation>
    </message>
    <message>
        <source>MediaPipe (fast)</source>
        <translation>MediaPipe (schnell)</translation>
    </message>
    <message>
        <source>MediaPipe, full range (smaller faces)</source>
        <translation>MediaPipe, volle Reichweite (kleinere Gesichter)</translation>
    </message>
    <message>
        <source>dlib CNN (thorough, slow without CUDA)</source>
        <translation>dlib CNN (gründlich, langsam ohne CUDA)</translation>
    </message>
    <message>
        <source>dlib HOG (frontal faces, no model file)</source>
        <translation>dlib HOG (Gesichter von vorn, ohne Modelldatei)</translation>
    </message>
    <message>
        <source>Box file (dockerface)</source>
        <translation>Boxdatei (dockerface)</translation>
    </message>
    <message>
        <source>H.264, plays everywhere</source>
        <translation>H.264, läuft überall</translation>
    </message>
    <message>
        <source>H.265, smaller and slower</source>
        <translation>H.265, kleiner und langsamer</translation>
    </message>
    <message>
        <source>H.264 on an NVIDIA GPU</source>
        <translation>H.264 auf einer NVIDIA-GPU</translation>
    </message>
    <message>
        <source>H.265 on an NVIDIA GPU</source>
        <translation>H.265 auf einer NVIDIA-GPU</translation>
    </message>
    <message>
        <source>AV1, smallest, for recent browsers</source>
        <translation>AV1, am kleinsten, für neuere Browser</translation>
    </message>
    <message>
        <source>JSON lines</source>
        <translation>JSON-Zeilen</translation>
    </message>
    <message>
        <source>Published text</source>
        <translation>Veröffentlichtes Textformat</translation>
    </message>
</context>
<context>
    <name>TransportBar</name>
    <message>
        <source>Pause (Space)</source>
        <translation>Pause (Leertaste)</translation>
    </message>
    <message>
        <source>Play (Space)</source>
        <translation>Wiedergabe (Leertaste)</translation>
    </message>
    <message>
        <source>Play from the start (Space)</source>
        <translation>Wiedergabe von Anfang an (Leertaste)</translation>
    </message>
    <message>
        <source>Stop (Space)</source>
        <translation>Stopp (Leertaste)</translation>
    </message>
    <message>
        <source>Start (Space)</source>
        <translation>Start (Leertaste)</translation>
    </message>
    <message>
        <source>LIVE</source>
        <translation>LIVE</translation>
    </message>
    <message>
        <source>LOST</source>
        <translation>VERLOREN</translation>
    </message>
    <message>
        <source>STOPPED</source>
        <translation>GESTOPPT</translation>
    </message>
    <message>
        <source>Previous frame (,)</source>
        <translation>Vorheriger Frame (,)</translation>
    </message>
    <message>
        <source>Next frame (.)</source>
        <translation>Nächster Frame (.)</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Time, length and number of the frame. Go to a time or a frame (Ctrl+G)</source>
        <translation>Zeit, Dauer und Nummer des Frames. Gehe zu Zeit oder Frame (Strg+G)</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>Geschwindigkeit</translation>
    </message>
    <message>
        <source>Speed (slower [, faster ])</source>
        <translation>Geschwindigkeit (langsamer [, schneller ])</translation>
    </message>
    <message>
        <source>Loop (Shift+L)</source>
        <translation>Endlos wiederholen (Umschalt+L)</translation>
    </message>
    <message>
        <source>Reconnect (Ctrl+R)</source>
        <translation>Neu verbinden (Strg+R)</translation>
    </message>
    <message>
        <source>Elapsed</source>
        <translation>Vergangen</translation>
    </message>
    <message>
        <source>picture {} of {}</source>
        <translation>Bild {} von {}</translation>
    </message>
</context>
<context>
    <name>UnexpectedErrorBox</name>
    <message>
        <source>Collecting…</source>
        <translation>Wird zusammengestellt…</translation>
    </message>
    <message>
        <source>Unexpected error</source>
        <translation>Unerwarteter Fehler</translation>
    </message>
    <message>
        <source>You can keep working. If something looks wrong, restart the program.</source>
        <translation>Sie können weiterarbeiten. Starten Sie das Programm neu, wenn etwas falsch aussieht.</translation>
    </message>
    <message>
        <source>Details are in the log: {}</source>
        <translation>Einzelheiten stehen im Protokoll: {}</translation>
    </message>
    <message>
        <source>1 more error has been logged since.</source>
        <translation>Seitdem wurde 1 weiterer Fehler protokolliert.</translation>
    </message>
    <message>
        <source>{} more errors have been logged since.</source>
        <translation>Seitdem wurden {} weitere Fehler protokolliert.</translation>
    </message>
    <message>
        <source>&amp;Copy report</source>
        <translation>&amp;Bericht kopieren</translation>
    </message>
    <message>
        <source>Copies versions and the last lines of the log. Your user name is removed.</source>
        <translation>Kopiert Versionen und die letzten Zeilen des Protokolls. Ihr Benutzername wird entfernt.</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Kopiert</translation>
    </message>
    <message>
        <source>Open log &amp;folder</source>
        <translation>Protokoll&amp;ordner öffnen</translation>
    </message>
</context>
<context>
    <name>UnfinishedQuestion</name>
    <message>
        <source>A recording was not finished.</source>
        <translation>Eine Aufnahme wurde nicht fertig.</translation>
    </message>
    <message>
        <source>{} recordings were not finished.</source>
        <translation>{} Aufnahmen wurden nicht fertig.</translation>
    </message>
    <message>
        <source>… and {} more</source>
        <translation>… und {} weitere</translation>
    </message>
    <message>
        <source>The program ended while recording. Finish to get the video and the table up to that moment.</source>
        <translation>Das Programm endete während der Aufnahme. Stellen Sie sie fertig, um Video und Tabelle bis zu diesem Moment zu erhalten.</translation>
    </message>
    <message>
        <source>&amp;Finish</source>
        <translation>&amp;Fertigstellen</translation>
    </message>
    <message>
        <source>&amp;Delete…</source>
        <translation>&amp;Löschen…</translation>
    </message>
    <message>
        <source>&amp;Later</source>
        <translation>&amp;Später</translation>
    </message>
    <message>
        <source>{}: {}, {} frames, started {}</source>
        <translation>{}: {}, {} Frames, begonnen {}</translation>
    </message>
</context>
<context>
    <name>UnsavedQuestion</name>
    <message>
        <source>The analysis of the whole video is not saved: {}</source>
        <translation>Die Analyse des ganzen Videos ist nicht gespeichert: {}</translation>
    </message>
    <message>
        <source>Closing loses it. To keep it, open the video and choose File &gt; Save pose table.</source>
        <translation>Beim Schließen geht sie verloren. Um sie zu behalten, öffnen Sie das Video und wählen Sie Datei &gt; Posentabelle speichern.</translation>
    </message>
    <message>
        <source>&amp;Close without saving</source>
        <translation>Ohne Speichern &amp;schließen</translation>
    </message>
    <message>
        <source>&amp;Keep open</source>
        <translation>&amp;Geöffnet lassen</translation>
    </message>
</context>
<context>
    <name>VideoView</name>
    <message>
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>{:.0f} %</source>
        <translation>{:.0f} %</translation>
    </message>
</context>
<context>
    <name>VolumeRow</name>
    <message>
        <source>Mute</source>
        <translation>Stummschalten</translation>
    </message>
    <message>
        <source>Volume</source>
        <translation>Lautstärke</translation>
    </message>
    <message>
        <source>Volume {:.0f} % (Ctrl+Up, Ctrl+Down)</source>
        <translation>Lautstärke {:.0f} % (Strg+Hoch, Strg+Herunter)</translation>
    </message>
    <message>
        <source>{} The video plays without sound.</source>
        <translation>{} Das Video wird ohne Ton wiedergegeben.</translation>
    </message>
    <message>
        <source>The video is played slower than its sound, which is therefore off.</source>
        <translation>Das Video läuft langsamer als sein Ton, der daher aus ist.</translation>
    </message>
    <message>
        <source>Sound is played at a speed of 1×.</source>
        <translation>Ton gibt es nur bei Geschwindigkeit 1×.</translation>
    </message>
    <message>
        <source>Sound on (Shift+M)</source>
        <translation>Ton ein (Umschalt+M)</translation>
    </message>
    <message>
        <source>Mute (Shift+M)</source>
        <translation>Stummschalten (Umschalt+M)</translation>
    </message>
</context>
<context>
    <name>WelcomePage</name>
    <message>
        <source>Which way is each head turned?</source>
        <translation>Wohin ist jeder Kopf gedreht?</translation>
    </message>
    <message>
        <source>Open a video or a camera. Axes are drawn on every face.</source>
        <translation>Öffnen Sie ein Video oder eine Kamera. Auf jedes Gesicht werden Achsen gezeichnet.</translation>
    </message>
    <message>
        <source>Recent</source>
        <translation>Zuletzt geöffnet</translation>
    </message>
    <message>
        <source>Recent sources</source>
        <translation>Zuletzt geöffnete Quellen</translation>
    </message>
    <message>
        <source>Drop a video, a picture or a folder of pictures here</source>
        <translation>Video, Bild oder Bilderordner hierher ziehen</translation>
    </message>
    <message>
        <source>Open video…</source>
        <translation>Video öffnen…</translation>
    </message>
    <message>
        <source>Camera…</source>
        <translation>Kamera…</translation>
    </message>
    <message>
        <source>Network stream…</source>
        <translation>Netzwerkstream…</translation>
    </message>
    <message>
        <source>Sample video</source>
        <translation>Beispielvideo</translation>
    </message>
</context>
<context>
    <name>WholeChart</name>
    <message>
        <source>Analyse whole video</source>
        <translation>Ganzes Video analysieren</translation>
    </message>
    <message>
        <source>Faces in the chart</source>
        <translation>Gesichter im Diagramm</translation>
    </message>
    <message>
        <source>Which faces are drawn</source>
        <translation>Welche Gesichter gezeichnet werden</translation>
    </message>
    <message>
        <source>Zoom in (+)</source>
        <translation>Vergrößern (+)</translation>
    </message>
    <message>
        <source>Zoom out (−)</source>
        <translation>Verkleinern (−)</translation>
    </message>
    <message>
        <source>Show the whole video (0)</source>
        <translation>Ganzes Video zeigen (0)</translation>
    </message>
    <message>
        <source>Save these angles as a pose table, with its record</source>
        <translation>Diese Winkel als Posentabelle mit Begleitdatei speichern</translation>
    </message>
    <message>
        <source>Save pose table…</source>
        <translation>Posentabelle speichern…</translation>
    </message>
    <message>
        <source>Progress of the analysis</source>
        <translation>Fortschritt der Analyse</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Analyse</source>
        <translation>Analysieren</translation>
    </message>
    <message>
        <source>Analyse again</source>
        <translation>Neu analysieren</translation>
    </message>
    <message>
        <source>Angles over the whole video</source>
        <translation>Winkel über das ganze Video</translation>
    </message>
    <message>
        <source>Cancel the analysis</source>
        <translation>Analyse abbrechen</translation>
    </message>
    <message>
        <source>{} left</source>
        <translation>noch {}</translation>
    </message>
    <message>
        <source>Analysing…</source>
        <translation>Analyse läuft…</translation>
    </message>
    <message>
        <source>Every frame is analysed once with the present models and settings, in the background.</source>
        <translation>Jeder Frame wird einmal im Hintergrund mit den jetzigen Modellen und Einstellungen analysiert.</translation>
    </message>
    <message>
        <source>{} longest</source>
        <translation>{} längste</translation>
    </message>
    <message>
        <source>All faces</source>
        <translation>Alle Gesichter</translation>
    </message>
    <message>
        <source>Face {}</source>
        <translation>Gesicht {}</translation>
    </message>
    <message>
        <source>another snapshot</source>
        <translation>anderer Snapshot</translation>
    </message>
    <message>
        <source>another detector</source>
        <translation>anderer Detektor</translation>
    </message>
    <message>
        <source>another smoothing</source>
        <translation>andere Glättung</translation>
    </message>
    <message>
        <source>other settings</source>
        <translation>andere Einstellungen</translation>
    </message>
    <message>
        <source>only a part of the video</source>
        <translation>nur ein Teil des Videos</translation>
    </message>
    <message>
        <source>settings that are not recorded</source>
        <translation>unbekannte Einstellungen</translation>
    </message>
    <message>
        <source>{}: {}</source>
        <translation>{}: {}</translation>
    </message>
    <message>
        <source>Analysed with {}</source>
        <translation>Analysiert mit: {}</translation>
    </message>
    <message>
        <source>At {}</source>
        <translation>Bei {}</translation>
    </message>
    <message>
        <source>picture {}</source>
        <translation>Bild {}</translation>
    </message>
    <message>
        <source>Face {}: yaw {}, pitch {}, roll {}</source>
        <translation>Gesicht {}: Gieren {}, Nicken {}, Rollen {}</translation>
    </message>
    <message>
        <source>Analyse all pictures</source>
        <translation>Alle Bilder analysieren</translation>
    </message>
    <message>
        <source>Show all pictures (0)</source>
        <translation>Alle Bilder zeigen (0)</translation>
    </message>
    <message>
        <source>Angles over all pictures</source>
        <translation>Winkel über alle Bilder</translation>
    </message>
    <message>
        <source>Every picture is analysed once with the present models and settings, in the background.</source>
        <translation>Jedes Bild wird einmal im Hintergrund mit den jetzigen Modellen und Einstellungen analysiert.</translation>
    </message>
</context>
<context>
    <name>WholePlots</name>
    <message>
        <source>Yaw</source>
        <translation>Gieren</translation>
    </message>
    <message>
        <source>Pitch</source>
        <translation>Nicken</translation>
    </message>
    <message>
        <source>Roll</source>
        <translation>Rollen</translation>
    </message>
</context>
<context>
    <name>_Angles</name>
    <message>
        <source>Yaw</source>
        <translation>Gieren</translation>
    </message>
    <message>
        <source>Pitch</source>
        <translation>Nicken</translation>
    </message>
    <message>
        <source>Roll</source>
        <translation>Rollen</translation>
    </message>
    <message>
        <source>The ± of this snapshot is not calibrated.</source>
        <translation>Das ± dieses Snapshots ist nicht kalibriert.</translation>
    </message>
    <message>
        <source>Spread: about 68 % of errors are smaller, as measured</source>
        <translation>Streuung: etwa 68 % der Fehler sind kleiner, wie gemessen</translation>
    </message>
    <message>
        <source>Spread: how undecided the network is. Errors may be much larger; nobody has measured it.</source>
        <translation>Streuung: wie unentschieden das Netz ist. Fehler können viel größer sein; das hat niemand gemessen.</translation>
    </message>
</context>
<context>
    <name>_Bar</name>
    <message>
        <source>Detect only in this rectangle. Drag to draw another.</source>
        <translation>Nur in diesem Rechteck suchen. Ziehen, um ein anderes zu zeichnen.</translation>
    </message>
    <message>
        <source>&amp;Use</source>
        <translation>Über&amp;nehmen</translation>
    </message>
    <message>
        <source>Detect only in the rectangle (Return)</source>
        <translation>Nur im Rechteck suchen (Return)</translation>
    </message>
    <message>
        <source>&amp;Whole picture</source>
        <translation>Gan&amp;zes Bild</translation>
    </message>
    <message>
        <source>Detect in the whole picture again (Del)</source>
        <translation>Wieder im ganzen Bild suchen (Entf)</translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation>Abb&amp;rechen</translation>
    </message>
    <message>
        <source>Leave the region as it was (Esc)</source>
        <translation>Die Region lassen, wie sie war (Esc)</translation>
    </message>
</context>
<context>
    <name>_Bubble</name>
    <message>
        <source>Got it</source>
        <translation>Verstanden</translation>
    </message>
</context>
<context>
    <name>_DeleteQuestion</name>
    <message>
        <source>Delete the recording {}?</source>
        <translation>Die Aufnahme {} löschen?</translation>
    </message>
    <message>
        <source>Delete {} recordings?</source>
        <translation>{} Aufnahmen löschen?</translation>
    </message>
    <message>
        <source>What was recorded cannot be restored afterwards.</source>
        <translation>Was aufgenommen wurde, lässt sich danach nicht wiederherstellen.</translation>
    </message>
    <message>
        <source>&amp;Delete</source>
        <translation>&amp;Löschen</translation>
    </message>
    <message>
        <source>&amp;Keep</source>
        <translation>&amp;Behalten</translation>
    </message>
</context>
<context>
    <name>_FacesModel</name>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>ID</source>
        <translation>ID</translation>
    </message>
    <message>
        <source>Frames</source>
        <translation>Frames</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Von</translation>
    </message>
    <message>
        <source>To</source>
        <translation>Bis</translation>
    </message>
    <message>
        <source>Double-click, or press F2, to name this face</source>
        <translation>Doppelklick oder F2, um dieses Gesicht zu benennen</translation>
    </message>
    <message>
        <source>Face {}</source>
        <translation>Gesicht {}</translation>
    </message>
</context>
<context>
    <name>_Model</name>
    <message>
        <source>Yaw</source>
        <translation>Gieren</translation>
    </message>
    <message>
        <source>Pitch</source>
        <translation>Nicken</translation>
    </message>
    <message>
        <source>Roll</source>
        <translation>Rollen</translation>
    </message>
    <message>
        <source>Follow face {}</source>
        <translation>Gesicht {} verfolgen</translation>
    </message>
</context>
<context>
    <name>SessionTime</name>
    <message>
        <source>picture {}</source>
        <translation>Bild {}</translation>
    </message>
    <message>
        <source>pictures {first} – {last}</source>
        <translation>Bilder {first} – {last}</translation>
    </message>
    <message>
        <source>picture {number} of {count}</source>
        <translation>Bild {number} von {count}</translation>
    </message>
</context>
<context>
    <name>LiveOutputsDialog</name>
    <message>
        <source>Live outputs</source>
        <translation>Live-Ausgaben</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>A&amp;dd</source>
        <translation>&amp;Hinzufügen</translation>
    </message>
    <message>
        <source>Re&amp;move</source>
        <translation>&amp;Entfernen</translation>
    </message>
    <message>
        <source>T&amp;est (nod)</source>
        <translation>Test (N&amp;icken)</translation>
    </message>
    <message>
        <source>Sends a nod to the outputs that are on: down and up, twice</source>
        <translation>Sendet ein Nicken an die eingeschalteten Ausgaben: zweimal ab und auf</translation>
    </message>
    <message>
        <source>Set &amp;neutral pose</source>
        <translation>&amp;Neutralhaltung setzen</translation>
    </message>
    <message>
        <source>In &amp;3 s</source>
        <translation>In &amp;3 s</translation>
    </message>
    <message>
        <source>Set neutral pose in 3 s</source>
        <translation>Neutralhaltung in 3 s setzen</translation>
    </message>
    <message>
        <source>Sets the neutral pose in 3 seconds, so that you can go to the game first</source>
        <translation>Setzt die Neutralhaltung in 3 Sekunden, damit Sie vorher ins Spiel wechseln können</translation>
    </message>
    <message>
        <source>&amp;What is sent</source>
        <translation>&amp;Was gesendet wird</translation>
    </message>
    <message>
        <source>A&amp;xes</source>
        <translation>A&amp;chsen</translation>
    </message>
    <message>
        <source>Nothing is sent before you switch an output on, and only to addresses that you have typed.</source>
        <translation>Nichts wird gesendet, bevor Sie eine Ausgabe einschalten, und nur an Adressen, die Sie eingegeben haben.</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>While something is sent, also when a game has the keyboard</source>
        <translation>Solange etwas gesendet wird, auch wenn ein Spiel die Tastatur hat</translation>
    </message>
    <message>
        <source>This system does not let programs listen to keys while another one is used.</source>
        <translation>Dieses System lässt Programme keine Tasten hören, solange ein anderes benutzt wird.</translation>
    </message>
    <message>
        <source>By &amp;key in all programs</source>
        <translation>Per Tas&amp;te in allen Programmen</translation>
    </message>
</context>
<context>
    <name>OutputList</name>
    <message>
        <source>Outputs</source>
        <translation>Ausgaben</translation>
    </message>
    <message>
        <source>Send to</source>
        <translation>Senden an</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>off</source>
        <translation>aus</translation>
    </message>
    <message>
        <source>connecting…</source>
        <translation>verbindet…</translation>
    </message>
    <message>
        <source>on, nothing sent yet</source>
        <translation>an, noch nichts gesendet</translation>
    </message>
    <message>
        <source>on, nobody is connected</source>
        <translation>an, niemand ist verbunden</translation>
    </message>
    <message>
        <source>{}, {} connected</source>
        <translation>{}, {} verbunden</translation>
    </message>
    <message>
        <source>{:.0f}/s, delay {:.0f} ms (95 %: {:.0f} ms)</source>
        <translation>{:.0f}/s, Verzögerung {:.0f} ms (95 %: {:.0f} ms)</translation>
    </message>
</context>
<context>
    <name>ProfileRow</name>
    <message>
        <source>Pr&amp;ofile</source>
        <translation>Pr&amp;ofil</translation>
    </message>
    <message>
        <source>&amp;Save as…</source>
        <translation>&amp;Speichern als…</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Save as a new profile</source>
        <translation>Als neues Profil speichern</translation>
    </message>
    <message>
        <source>Delete the profile</source>
        <translation>Das Profil löschen</translation>
    </message>
    <message>
        <source>Send when the program s&amp;tarts</source>
        <translation>Beim P&amp;rogrammstart senden</translation>
    </message>
    <message>
        <source>Otherwise, nothing is sent after a start until you switch an output on.</source>
        <translation>Sonst wird nach einem Start nichts gesendet, bis Sie eine Ausgabe einschalten.</translation>
    </message>
    <message>
        <source>Default</source>
        <translation>Standard</translation>
    </message>
    <message>
        <source>Name of the profile</source>
        <translation>Name des Profils</translation>
    </message>
    <message>
        <source>There is a profile “{}” already. Replace it?</source>
        <translation>Ein Profil „{}“ gibt es schon. Soll es ersetzt werden?</translation>
    </message>
    <message>
        <source>Delete the profile “{}” with its addresses?</source>
        <translation>Das Profil „{}“ mit seinen Adressen löschen?</translation>
    </message>
    <message>
        <source>&amp;Replace</source>
        <translation>&amp;Ersetzen</translation>
    </message>
    <message>
        <source>&amp;Keep it</source>
        <translation>&amp;Behalten</translation>
    </message>
    <message>
        <source>&amp;Delete</source>
        <translation>&amp;Löschen</translation>
    </message>
</context>
<context>
    <name>SendingPage</name>
    <message>
        <source>The face that is followed</source>
        <translation>Das verfolgte Gesicht</translation>
    </message>
    <message>
        <source>The largest face</source>
        <translation>Das größte Gesicht</translation>
    </message>
    <message>
        <source>The face nearest to the middle</source>
        <translation>Das Gesicht, das der Mitte am nächsten ist</translation>
    </message>
    <message>
        <source>All faces</source>
        <translation>Alle Gesichter</translation>
    </message>
    <message>
        <source>Protocols for one head get the first of all faces, which is the largest.</source>
        <translation>Protokolle für einen Kopf bekommen das erste aller Gesichter, also das größte.</translation>
    </message>
    <message>
        <source>Send its last angles</source>
        <translation>Seine letzten Winkel senden</translation>
    </message>
    <message>
        <source>Return to the neutral pose</source>
        <translation>Zur Neutralhaltung zurückkehren</translation>
    </message>
    <message>
        <source>Send “not a number”</source>
        <translation>„Keine Zahl“ senden</translation>
    </message>
    <message>
        <source>Send nothing</source>
        <translation>Nichts senden</translation>
    </message>
    <message>
        <source> s</source>
        <translation> s</translation>
    </message>
    <message>
        <source>Duration of the return</source>
        <translation>Dauer der Rückkehr</translation>
    </message>
    <message>
        <source> per second</source>
        <translation> pro Sekunde</translation>
    </message>
    <message>
        <source>each frame</source>
        <translation>jeden Frame</translation>
    </message>
    <message>
        <source>As in the window</source>
        <translation>Wie im Fenster</translation>
    </message>
    <message>
        <source>Calm (One-Euro)</source>
        <translation>Ruhig (One-Euro)</translation>
    </message>
    <message>
        <source>Quick, for games</source>
        <translation>Schnell, für Spiele</translation>
    </message>
    <message>
        <source>The quick filter follows turns sooner, and is less calm in slow motion.</source>
        <translation>Der schnelle Filter folgt Drehungen früher und ist bei langsamen Bewegungen weniger ruhig.</translation>
    </message>
    <message>
        <source>Smoothing</source>
        <translation>Glättung</translation>
    </message>
    <message>
        <source>Send the rough &amp;position</source>
        <translation>Die ungefähre &amp;Position senden</translation>
    </message>
    <message>
        <source>From the size of the face box: wrong by as much as the face is larger or smaller than usual.</source>
        <translation>Aus der Größe der Gesichtsbox: so falsch, wie das Gesicht größer oder kleiner ist als gewöhnlich.</translation>
    </message>
    <message>
        <source>Of the camera, from the left to the right edge of the picture</source>
        <translation>Der Kamera, vom linken bis zum rechten Rand des Bildes</translation>
    </message>
    <message>
        <source>Smoothing of the position</source>
        <translation>Glättung der Position</translation>
    </message>
    <message>
        <source>&amp;Face</source>
        <translation>&amp;Gesicht</translation>
    </message>
    <message>
        <source>While it is &amp;lost</source>
        <translation>Wenn es &amp;verloren ist</translation>
    </message>
    <message>
        <source>&amp;At most</source>
        <translation>H&amp;öchstens</translation>
    </message>
    <message>
        <source>Filte&amp;r</source>
        <translation>Fi&amp;lter</translation>
    </message>
    <message>
        <source>Field of &amp;view</source>
        <translation>&amp;Bildwinkel</translation>
    </message>
</context>
<context>
    <name>AxesPage</name>
    <message>
        <source>Yaw</source>
        <translation>Gieren (Yaw)</translation>
    </message>
    <message>
        <source>Pitch</source>
        <translation>Nicken (Pitch)</translation>
    </message>
    <message>
        <source>Roll</source>
        <translation>Rollen (Roll)</translation>
    </message>
    <message>
        <source>x: to the side</source>
        <translation>x: zur Seite</translation>
    </message>
    <message>
        <source>y: up</source>
        <translation>y: nach oben</translation>
    </message>
    <message>
        <source>z: distance</source>
        <translation>z: Abstand</translation>
    </message>
    <message>
        <source>&amp;Invert</source>
        <translation>&amp;Umkehren</translation>
    </message>
    <message>
        <source>Smaller movements are not sent at all.</source>
        <translation>Kleinere Bewegungen werden gar nicht gesendet.</translation>
    </message>
    <message>
        <source>such as 10:5/30:60</source>
        <translation>etwa 10:5/30:60</translation>
    </message>
    <message>
        <source>Points that the curve goes through: a value, a colon, what is sent for it, and a slash before the next</source>
        <translation>Punkte, durch die die Kurve geht: ein Wert, ein Doppelpunkt, was dafür gesendet wird, und ein Schrägstrich vor dem nächsten</translation>
    </message>
    <message>
        <source>&amp;Reset this axis</source>
        <translation>Achse zur&amp;ücksetzen</translation>
    </message>
    <message>
        <source>Present value</source>
        <translation>Gegenwärtiger Wert</translation>
    </message>
    <message>
        <source>No face, or nothing is sent</source>
        <translation>Kein Gesicht, oder nichts wird gesendet</translation>
    </message>
    <message>
        <source>{} becomes {}</source>
        <translation>{} wird zu {}</translation>
    </message>
    <message>
        <source> cm</source>
        <translation> cm</translation>
    </message>
    <message>
        <source>A curve is written like 10:5/30:60, with rising values that never fall.</source>
        <translation>Eine Kurve schreibt man wie 10:5/30:60, mit steigenden Werten, die nie fallen.</translation>
    </message>
    <message>
        <source>&amp;Axis</source>
        <translation>&amp;Achse</translation>
    </message>
    <message>
        <source>&amp;Gain</source>
        <translation>&amp;Faktor</translation>
    </message>
    <message>
        <source>Dead &amp;zone</source>
        <translation>Tot&amp;zone</translation>
    </message>
    <message>
        <source>&amp;Curve</source>
        <translation>&amp;Kurve</translation>
    </message>
    <message>
        <source>In this order: dead zone, curve, gain, direction. Angles are relative to the neutral pose.</source>
        <translation>In dieser Reihenfolge: Totzone, Kurve, Faktor, Richtung. Winkel gelten relativ zur Neutralhaltung.</translation>
    </message>
</context>
<context>
    <name>CurvePreview</name>
    <message>
        <source>Curve</source>
        <translation>Kurve</translation>
    </message>
    <message>
        <source>Click: add a point. Drag: move it. Right click: remove it.</source>
        <translation>Klick: Punkt hinzufügen. Ziehen: verschieben. Rechtsklick: entfernen.</translation>
    </message>
    <message>
        <source>{:.1f} cm</source>
        <translation>{:.1f} cm</translation>
    </message>
</context>
<context>
    <name>CameraGeometryDialog</name>
    <message>
        <source>Camera geometry</source>
        <translation>Kamerageometrie</translation>
    </message>
    <message>
        <source>What the camera of “{}” sees. With it, rough positions of heads are in centimetres, and perspective can be corrected.</source>
        <translation>Was die Kamera von „{}“ sieht. Damit sind grobe Positionen von Köpfen in Zentimetern angegeben, und die Perspektive lässt sich korrigieren.</translation>
    </message>
    <message>
        <source>&amp;Not known</source>
        <translation>&amp;Nicht bekannt</translation>
    </message>
    <message>
        <source>&amp;Horizontal field of view</source>
        <translation>&amp;Horizontales Sichtfeld</translation>
    </message>
    <message>
        <source>From a &amp;file</source>
        <translation>Aus einer &amp;Datei</translation>
    </message>
    <message>
        <source>Horizontal field of view in degrees</source>
        <translation>Horizontales Sichtfeld in Grad</translation>
    </message>
    <message>
        <source>&amp;Choose…</source>
        <translation>&amp;Wählen…</translation>
    </message>
    <message>
        <source>Choose a camera file</source>
        <translation>Kameradatei wählen</translation>
    </message>
    <message>
        <source>A file from “calibrate-camera”, OpenCV, ROS or Kalibr: YAML, JSON or XML</source>
        <translation>Eine Datei von „calibrate-camera“, OpenCV, ROS oder Kalibr: YAML, JSON oder XML</translation>
    </message>
    <message>
        <source>Correct &amp;perspective</source>
        <translation>&amp;Perspektive korrigieren</translation>
    </message>
    <message>
        <source>Angles are then relative to the camera&apos;s axis. Otherwise they are relative to the line of sight to each face: someone at the rim of a wide picture who looks into the camera has a yaw of 0°.</source>
        <translation>Die Winkel beziehen sich dann auf die Kameraachse. Sonst beziehen sie sich auf die Sichtlinie zu jedem Gesicht: Wer am Rand eines weiten Bildes in die Kamera schaut, hat ein Gieren von 0°.</translation>
    </message>
    <message>
        <source>with distortion</source>
        <translation>mit Verzeichnung</translation>
    </message>
    <message>
        <source>without distortion</source>
        <translation>ohne Verzeichnung</translation>
    </message>
    <message>
        <source>{}: {}×{} pixels, {:.1f}° wide, {}</source>
        <translation>{}: {}×{} Pixel, {:.1f}° weit, {}</translation>
    </message>
</context>
<context>
    <name>CameraGeometryControls</name>
    <message>
        <source>Camera geometry…</source>
        <translation>Kamerageometrie…</translation>
    </message>
    <message>
        <source>Choose a camera file</source>
        <translation>Kameradatei wählen</translation>
    </message>
    <message>
        <source>Camera files (*.yaml *.yml *.json *.xml);;All files (*)</source>
        <translation>Kameradateien (*.yaml *.yml *.json *.xml);;Alle Dateien (*)</translation>
    </message>
</context>
<context>
    <name>ComputerCheck</name>
    <message>
        <source>System</source>
        <translation>System</translation>
    </message>
    <message>
        <source>Packages</source>
        <translation>Pakete</translation>
    </message>
    <message>
        <source>Videos</source>
        <translation>Videos</translation>
    </message>
    <message>
        <source>Networks</source>
        <translation>Netze</translation>
    </message>
    <message>
        <source>GPU</source>
        <translation>GPU</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>Fenster</translation>
    </message>
    <message>
        <source>Sound</source>
        <translation>Ton</translation>
    </message>
    <message>
        <source>Cameras</source>
        <translation>Kameras</translation>
    </message>
    <message>
        <source>Folders</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Extras</source>
        <translation>Zusätze</translation>
    </message>
    <message>
        <source>Network use</source>
        <translation>Nutzung des Netzwerks</translation>
    </message>
    <message>
        <source>The check “{check}” ended unexpectedly ({reason}).</source>
        <translation>Die Prüfung „{check}“ endete unerwartet ({reason}).</translation>
    </message>
    <message>
        <source>Reinstall the packages in a new virtual environment: python -m venv .venv</source>
        <translation>Installieren Sie die Pakete neu in einer neuen virtuellen Umgebung: python -m venv .venv</translation>
    </message>
    <message>
        <source>The check “{check}” did not end within {seconds} s and was stopped.</source>
        <translation>Die Prüfung „{check}“ endete nicht innerhalb von {seconds} s und wurde abgebrochen.</translation>
    </message>
    <message>
        <source>Python {version}, {bits} bit, on {system}</source>
        <translation>Python {version}, {bits} Bit, auf {system}</translation>
    </message>
    <message>
        <source>Python {version} is not supported: {needed} is needed.</source>
        <translation>Python {version} wird nicht unterstützt: Benötigt wird {needed}.</translation>
    </message>
    <message>
        <source>Install a supported Python from python.org, and make the virtual environment again with it.</source>
        <translation>Installieren Sie ein unterstütztes Python von python.org und legen Sie damit die virtuelle Umgebung neu an.</translation>
    </message>
    <message>
        <source>This Python is a 32-bit program, for which several packages do not exist.</source>
        <translation>Dieses Python ist ein 32-Bit-Programm, für das es mehrere Pakete nicht gibt.</translation>
    </message>
    <message>
        <source>Install a 64-bit Python.</source>
        <translation>Installieren Sie ein 64-Bit-Python.</translation>
    </message>
    <message>
        <source>{cores} processor cores, {memory} GB of memory ({free} GB available)</source>
        <translation>{cores} Prozessorkerne, {memory} GB Arbeitsspeicher ({free} GB verfügbar)</translation>
    </message>
    <message>
        <source>{cores} processor cores</source>
        <translation>{cores} Prozessorkerne</translation>
    </message>
    <message>
        <source>Only {free} GB of {memory} GB of memory are available.</source>
        <translation>Nur {free} GB von {memory} GB Arbeitsspeicher sind verfügbar.</translation>
    </message>
    <message>
        <source>Close other programs before long exports.</source>
        <translation>Schließen Sie vor langen Exporten andere Programme.</translation>
    </message>
    <message>
        <source>A virtual environment is in use.</source>
        <translation>Eine virtuelle Umgebung wird benutzt.</translation>
    </message>
    <message>
        <source>No virtual environment is in use: other programs&apos; packages may not match.</source>
        <translation>Es wird keine virtuelle Umgebung benutzt: Pakete anderer Programme passen womöglich nicht.</translation>
    </message>
    <message>
        <source>All {count} packages are installed in versions that match.</source>
        <translation>Alle {count} Pakete sind in passenden Versionen installiert.</translation>
    </message>
    <message>
        <source>{package} is not installed.</source>
        <translation>{package} ist nicht installiert.</translation>
    </message>
    <message>
        <source>{package} {version} is installed, but {needed} is needed.</source>
        <translation>{package} {version} ist installiert, benötigt wird aber {needed}.</translation>
    </message>
    <message>
        <source>{package} {version} is installed, but cannot be imported: {reason}</source>
        <translation>{package} {version} ist installiert, kann aber nicht geladen werden: {reason}</translation>
    </message>
    <message>
        <source>{package} needs the system&apos;s library {library}, which is missing.</source>
        <translation>{package} braucht die Systembibliothek {library}, die fehlt.</translation>
    </message>
    <message>
        <source>The list of needed packages was not found: the program is not installed completely.</source>
        <translation>Die Liste der benötigten Pakete wurde nicht gefunden: Das Programm ist nicht vollständig installiert.</translation>
    </message>
    <message>
        <source>OpenCV {version}</source>
        <translation>OpenCV {version}</translation>
    </message>
    <message>
        <source>Several packages fill the same folder cv2 in different versions: {packages}.</source>
        <translation>Mehrere Pakete füllen denselben Ordner cv2 in verschiedenen Versionen: {packages}.</translation>
    </message>
    <message>
        <source>{package} fills the same folder cv2 as opencv-python and may replace parts of it.</source>
        <translation>{package} füllt denselben Ordner cv2 wie opencv-python und ersetzt womöglich Teile davon.</translation>
    </message>
    <message>
        <source>PyAV {version} with FFmpeg {ffmpeg}</source>
        <translation>PyAV {version} mit FFmpeg {ffmpeg}</translation>
    </message>
    <message>
        <source>Reads {codecs}</source>
        <translation>Liest {codecs}</translation>
    </message>
    <message>
        <source>Cannot read {codecs}: this FFmpeg has no decoder for it.</source>
        <translation>Kann {codecs} nicht lesen: Dieses FFmpeg hat keinen Decoder dafür.</translation>
    </message>
    <message>
        <source>The sample video can be read.</source>
        <translation>Das Beispielvideo kann gelesen werden.</translation>
    </message>
    <message>
        <source>The sample video cannot be read: {reason}</source>
        <translation>Das Beispielvideo kann nicht gelesen werden: {reason}</translation>
    </message>
    <message>
        <source>Install the program again.</source>
        <translation>Installieren Sie das Programm neu.</translation>
    </message>
    <message>
        <source>Writes {encoders} (three frames were encoded with each)</source>
        <translation>Schreibt {encoders} (mit jedem wurden drei Frames codiert)</translation>
    </message>
    <message>
        <source>Videos cannot be written: H.264 failed ({reason}).</source>
        <translation>Videos können nicht geschrieben werden: H.264 schlug fehl ({reason}).</translation>
    </message>
    <message>
        <source>{encoder} cannot be written here: {reason}</source>
        <translation>{encoder} kann hier nicht geschrieben werden: {reason}</translation>
    </message>
    <message>
        <source>Choose another encoder for exports.</source>
        <translation>Wählen Sie für Exporte einen anderen Encoder.</translation>
    </message>
    <message>
        <source>{encoder}: no usable hardware, so {instead} is used instead</source>
        <translation>{encoder}: keine nutzbare Hardware, daher wird {instead} verwendet</translation>
    </message>
    <message>
        <source>Sound cannot be encoded as AAC ({reason}); it is copied, or left out.</source>
        <translation>Ton kann nicht als AAC codiert werden ({reason}); er wird kopiert oder weggelassen.</translation>
    </message>
    <message>
        <source>ONNX Runtime {version}: {providers}</source>
        <translation>ONNX Runtime {version}: {providers}</translation>
    </message>
    <message>
        <source>The bundled snapshot gives angles on the CPU ({milliseconds} ms for one face).</source>
        <translation>Der mitgelieferte Snapshot liefert Winkel auf der CPU ({milliseconds} ms für ein Gesicht).</translation>
    </message>
    <message>
        <source>The bundled snapshot cannot run: {reason}</source>
        <translation>Der mitgelieferte Snapshot läuft nicht: {reason}</translation>
    </message>
    <message>
        <source>onnxruntime and onnxruntime-gpu are both installed and replace parts of each other.</source>
        <translation>onnxruntime und onnxruntime-gpu sind beide installiert und ersetzen gegenseitig Teile voneinander.</translation>
    </message>
    <message>
        <source>PyTorch {version} runs on the CPU.</source>
        <translation>PyTorch {version} läuft auf der CPU.</translation>
    </message>
    <message>
        <source>PyTorch {version} cannot compute: {reason}</source>
        <translation>PyTorch {version} kann nicht rechnen: {reason}</translation>
    </message>
    <message>
        <source>PyTorch {version} runs on {gpu}.</source>
        <translation>PyTorch {version} läuft auf {gpu}.</translation>
    </message>
    <message>
        <source>PyTorch {version} runs on the GPU of this Mac (mps).</source>
        <translation>PyTorch {version} läuft auf der GPU dieses Mac (mps).</translation>
    </message>
    <message>
        <source>No NVIDIA GPU was found. Networks run on the CPU, which is enough for live video.</source>
        <translation>Es wurde keine NVIDIA-GPU gefunden. Netze laufen auf der CPU, was für Livebilder genügt.</translation>
    </message>
    <message>
        <source>CUDA_VISIBLE_DEVICES is “{value}”, which hides every GPU from PyTorch.</source>
        <translation>CUDA_VISIBLE_DEVICES ist „{value}“, was jede GPU vor PyTorch verbirgt.</translation>
    </message>
    <message>
        <source>Unset it before the start (Linux, macOS: unset CUDA_VISIBLE_DEVICES).</source>
        <translation>Heben Sie die Variable vor dem Start auf (Linux, macOS: unset CUDA_VISIBLE_DEVICES).</translation>
    </message>
    <message>
        <source>There is an NVIDIA GPU, but no working driver for it.</source>
        <translation>Es gibt eine NVIDIA-GPU, aber keinen funktionierenden Treiber dafür.</translation>
    </message>
    <message>
        <source>Install NVIDIA&apos;s driver (Ubuntu: sudo ubuntu-drivers install), and restart the computer.</source>
        <translation>Installieren Sie den Treiber von NVIDIA (Ubuntu: sudo ubuntu-drivers install) und starten Sie den Rechner neu.</translation>
    </message>
    <message>
        <source>NVIDIA&apos;s driver is installed, but does not work: {reason}</source>
        <translation>Der Treiber von NVIDIA ist installiert, funktioniert aber nicht: {reason}</translation>
    </message>
    <message>
        <source>Restart the computer. If that does not help, install the driver again.</source>
        <translation>Starten Sie den Rechner neu. Hilft das nicht, installieren Sie den Treiber neu.</translation>
    </message>
    <message>
        <source>NVIDIA&apos;s driver {driver} is too old for PyTorch {version}, which is built for CUDA {cuda}.</source>
        <translation>Der NVIDIA-Treiber {driver} ist zu alt für PyTorch {version}, das für CUDA {cuda} gebaut ist.</translation>
    </message>
    <message>
        <source>Update the driver from nvidia.com/drivers.</source>
        <translation>Aktualisieren Sie den Treiber von nvidia.com/drivers.</translation>
    </message>
    <message>
        <source>There is a GPU ({gpu}), but PyTorch {version} is built for CPUs only.</source>
        <translation>Es gibt eine GPU ({gpu}), aber PyTorch {version} ist nur für CPUs gebaut.</translation>
    </message>
    <message>
        <source>Install the build for your driver from pytorch.org/get-started/locally.</source>
        <translation>Installieren Sie die zum Treiber passende Ausgabe von pytorch.org/get-started/locally.</translation>
    </message>
    <message>
        <source>There is a GPU ({gpu}), but PyTorch {version} cannot use it: {reason}</source>
        <translation>Es gibt eine GPU ({gpu}), aber PyTorch {version} kann sie nicht nutzen: {reason}</translation>
    </message>
    <message>
        <source>Choose the device cpu, or install a PyTorch that supports this GPU.</source>
        <translation>Wählen Sie das Gerät cpu, oder installieren Sie ein PyTorch, das diese GPU unterstützt.</translation>
    </message>
    <message>
        <source>The list of models cannot be read: {reason}</source>
        <translation>Die Liste der Modelle kann nicht gelesen werden: {reason}</translation>
    </message>
    <message>
        <source>Install the program again: its own files are damaged.</source>
        <translation>Installieren Sie das Programm neu: Seine eigenen Dateien sind beschädigt.</translation>
    </message>
    <message>
        <source>The bundled models are intact ({names}).</source>
        <translation>Die mitgelieferten Modelle sind unversehrt ({names}).</translation>
    </message>
    <message>
        <source>{file}, which comes with the program, is missing.</source>
        <translation>{file}, das zum Programm gehört, fehlt.</translation>
    </message>
    <message>
        <source>{file}, which comes with the program, is damaged: its hash is not the published one.</source>
        <translation>{file}, das zum Programm gehört, ist beschädigt: Der Hash ist nicht der veröffentlichte.</translation>
    </message>
    <message>
        <source>Further models on this computer are intact ({names}).</source>
        <translation>Weitere Modelle auf diesem Rechner sind unversehrt ({names}).</translation>
    </message>
    <message>
        <source>{file} is damaged and is not used: its hash is not the published one of {name}.</source>
        <translation>{file} ist beschädigt und wird nicht benutzt: Der Hash ist nicht der veröffentlichte von {name}.</translation>
    </message>
    <message>
        <source>Delete it. It is downloaded again when it is needed: hopenet-studio weights fetch {name}</source>
        <translation>Löschen Sie die Datei. Bei Bedarf wird sie neu geladen: hopenet-studio weights fetch {name}</translation>
    </message>
    <message>
        <source>{file} cannot be read: {reason}</source>
        <translation>{file} kann nicht gelesen werden: {reason}</translation>
    </message>
    <message>
        <source>Change its permissions, or delete it.</source>
        <translation>Ändern Sie die Rechte der Datei, oder löschen Sie sie.</translation>
    </message>
    <message>
        <source>{file} is not used: its hash is not known yet.</source>
        <translation>{file} wird nicht benutzt: Der Hash ist noch nicht bekannt.</translation>
    </message>
    <message>
        <source>Not checked, because they are large: {names}.</source>
        <translation>Nicht geprüft, weil sie groß sind: {names}.</translation>
    </message>
    <message>
        <source>HOPENET_WEIGHTS lists {folder}, which is not a folder.</source>
        <translation>HOPENET_WEIGHTS nennt {folder}, was kein Ordner ist.</translation>
    </message>
    <message>
        <source>Correct the variable.</source>
        <translation>Berichtigen Sie die Variable.</translation>
    </message>
    <message>
        <source>Qt {version} opens windows on {platform} ({screens}).</source>
        <translation>Qt {version} öffnet Fenster mit {platform} ({screens}).</translation>
    </message>
    <message>
        <source>Qt {version} works, without a display.</source>
        <translation>Qt {version} funktioniert, ohne Bildschirm.</translation>
    </message>
    <message>
        <source>There is no display: the window cannot open, all commands work.</source>
        <translation>Es gibt keinen Bildschirm: Das Fenster kann nicht geöffnet werden, alle Befehle funktionieren.</translation>
    </message>
    <message>
        <source>For the window, log in to a desktop, or connect with “ssh -X”.</source>
        <translation>Melden Sie sich für das Fenster an einer Arbeitsfläche an, oder verbinden Sie sich mit „ssh -X“.</translation>
    </message>
    <message>
        <source>The display “{display}” does not respond: the window cannot open, all commands work.</source>
        <translation>Der Bildschirm „{display}“ antwortet nicht: Das Fenster kann nicht geöffnet werden, alle Befehle funktionieren.</translation>
    </message>
    <message>
        <source>Set DISPLAY to a display that runs, or log in to a desktop.</source>
        <translation>Setzen Sie DISPLAY auf einen laufenden Bildschirm, oder melden Sie sich an einer Arbeitsfläche an.</translation>
    </message>
    <message>
        <source>The window needs libraries of the system that are missing: {libraries}.</source>
        <translation>Das Fenster braucht Systembibliotheken, die fehlen: {libraries}.</translation>
    </message>
    <message>
        <source>OpenCV brings Qt plugins of its own; the window does not use them.</source>
        <translation>OpenCV bringt eigene Qt-Plugins mit; das Fenster benutzt sie nicht.</translation>
    </message>
    <message>
        <source>{variable} is set to {value}, where Qt may find plugins of another version.</source>
        <translation>{variable} ist auf {value} gesetzt, wo Qt Plugins einer anderen Version finden kann.</translation>
    </message>
    <message>
        <source>Unset {variable} before the start.</source>
        <translation>Heben Sie {variable} vor dem Start auf.</translation>
    </message>
    <message>
        <source>Sound: {outputs} outputs, {inputs} microphones</source>
        <translation>Ton: {outputs} Ausgänge, {inputs} Mikrofone</translation>
    </message>
    <message>
        <source>There is no sound output: videos play silently.</source>
        <translation>Es gibt keinen Tonausgang: Videos werden stumm abgespielt.</translation>
    </message>
    <message>
        <source>Connect one, and check the system&apos;s sound settings.</source>
        <translation>Schließen Sie einen an, und prüfen Sie die Toneinstellungen des Systems.</translation>
    </message>
    <message>
        <source>There is no microphone: recordings have no sound.</source>
        <translation>Es gibt kein Mikrofon: Aufnahmen haben keinen Ton.</translation>
    </message>
    <message>
        <source>Qt&apos;s sound cannot be loaded ({reason}): videos play silently, and recordings have no sound.</source>
        <translation>Der Ton von Qt kann nicht geladen werden ({reason}): Videos werden stumm abgespielt, und Aufnahmen haben keinen Ton.</translation>
    </message>
    <message>
        <source>{name}: up to {size} at {rate} frames/s ({formats})</source>
        <translation>{name}: bis zu {size} mit {rate} Frames/s ({formats})</translation>
    </message>
    <message>
        <source>{name}: the system does not list its modes.</source>
        <translation>{name}: Das System nennt ihre Modi nicht.</translation>
    </message>
    <message>
        <source>No camera was found.</source>
        <translation>Es wurde keine Kamera gefunden.</translation>
    </message>
    <message>
        <source>{device} is a camera that this user may not use.</source>
        <translation>{device} ist eine Kamera, die dieser Benutzer nicht verwenden darf.</translation>
    </message>
    <message>
        <source>sudo usermod -aG {group} $USER   (then log out and in again)</source>
        <translation>sudo usermod -aG {group} $USER   (danach ab- und wieder anmelden)</translation>
    </message>
    <message>
        <source>If one is connected: System Settings › Privacy &amp; Security › Camera must allow this.</source>
        <translation>Falls eine angeschlossen ist: Systemeinstellungen › Datenschutz &amp; Sicherheit › Kamera muss dies erlauben.</translation>
    </message>
    <message>
        <source>{what}: {folder} ({free} GB free)</source>
        <translation>{what}: {folder} ({free} GB frei)</translation>
    </message>
    <message>
        <source>{what}: {folder} cannot be written ({reason}).</source>
        <translation>{what}: In {folder} kann nicht geschrieben werden ({reason}).</translation>
    </message>
    <message>
        <source>{variable} names {folder} for temporary files, which cannot be written; another folder is used.</source>
        <translation>{variable} nennt {folder} für temporäre Dateien; dort kann nicht geschrieben werden, deshalb wird ein anderer Ordner benutzt.</translation>
    </message>
    <message>
        <source>Correct {variable}, or remove it.</source>
        <translation>Berichtigen oder entfernen Sie {variable}.</translation>
    </message>
    <message>
        <source>{what}: {folder} has only {free} GB of free space.</source>
        <translation>{what}: {folder} hat nur {free} GB freien Platz.</translation>
    </message>
    <message>
        <source>Free some space.</source>
        <translation>Schaffen Sie Platz.</translation>
    </message>
    <message>
        <source>The settings file {file} cannot be read ({reason}); the defaults are used.</source>
        <translation>Die Einstellungsdatei {file} kann nicht gelesen werden ({reason}); die Vorgaben werden benutzt.</translation>
    </message>
    <message>
        <source>Correct it, or delete it.</source>
        <translation>Berichtigen oder löschen Sie sie.</translation>
    </message>
    <message>
        <source>{extra}: installed</source>
        <translation>{extra}: installiert</translation>
    </message>
    <message>
        <source>{extra} ({use}): not installed</source>
        <translation>{extra} ({use}): nicht installiert</translation>
    </message>
    <message>
        <source>The program connects to no other computer on its own. Every model is on this computer.</source>
        <translation>Das Programm verbindet sich von sich aus mit keinem anderen Rechner. Alle Modelle sind auf diesem Rechner.</translation>
    </message>
    <message>
        <source>The face detector&apos;s model ({name}, {megabytes} MB) is downloaded at the first use, from {hosts}.</source>
        <translation>Das Modell des Gesichtsdetektors ({name}, {megabytes} MB) wird beim ersten Gebrauch geladen, von {hosts}.</translation>
    </message>
    <message>
        <source>On request: {count} more models, from {hosts}</source>
        <translation>Auf Wunsch: {count} weitere Modelle, von {hosts}</translation>
    </message>
    <message>
        <source>HOPENET_OFFLINE is set: nothing is downloaded.</source>
        <translation>HOPENET_OFFLINE ist gesetzt: Nichts wird geladen.</translation>
    </message>
    <message>
        <source>HOPENET_OFFLINE is set, and the face detector&apos;s model {name} is not on this computer.</source>
        <translation>HOPENET_OFFLINE ist gesetzt, und das Modell {name} des Gesichtsdetektors ist nicht auf diesem Rechner.</translation>
    </message>
    <message>
        <source>Download it elsewhere, and run: hopenet-studio weights import FILE</source>
        <translation>Laden Sie es anderswo, und starten Sie: hopenet-studio weights import FILE</translation>
    </message>
    <message>
        <source>Downloads go through the proxy {proxy}.</source>
        <translation>Geladen wird über den Proxy {proxy}.</translation>
    </message>
    <message>
        <source>{host} answers.</source>
        <translation>{host} antwortet.</translation>
    </message>
    <message>
        <source>{host} cannot be reached: {reason}</source>
        <translation>{host} ist nicht erreichbar: {reason}</translation>
    </message>
    <message>
        <source>Check the connection, the firewall, and the proxy settings.</source>
        <translation>Prüfen Sie die Verbindung, die Firewall und die Proxyeinstellungen.</translation>
    </message>
    <message>
        <source>Whether these addresses answer was not tried; --online tries it.</source>
        <translation>Ob diese Adressen antworten, wurde nicht versucht; --online versucht es.</translation>
    </message>
    <message>
        <source>settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>models and caches</source>
        <translation>Modelle und Zwischenspeicher</translation>
    </message>
    <message>
        <source>log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>temporary files</source>
        <translation>temporäre Dateien</translation>
    </message>
    <message>
        <source>this folder</source>
        <translation>dieser Ordner</translation>
    </message>
    <message>
        <source>exports</source>
        <translation>Exporte</translation>
    </message>
    <message>
        <source>recordings</source>
        <translation>Aufnahmen</translation>
    </message>
    <message>
        <source>pictures</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>trains networks</source>
        <translation>trainiert Netze</translation>
    </message>
    <message>
        <source>runs batches on a cluster</source>
        <translation>führt Batches auf einem Cluster aus</translation>
    </message>
    <message>
        <source>reads and writes object stores in batches</source>
        <translation>liest und schreibt Objektspeicher in Batches</translation>
    </message>
    <message>
        <source>shows the annotated picture as a camera</source>
        <translation>zeigt das annotierte Bild als Kamera</translation>
    </message>
    <message>
        <source>exports networks for OpenVINO</source>
        <translation>exportiert Netze für OpenVINO</translation>
    </message>
    <message>
        <source>exports networks for LiteRT</source>
        <translation>exportiert Netze für LiteRT</translation>
    </message>
    <message>
        <source>exports networks for Core ML</source>
        <translation>exportiert Netze für Core ML</translation>
    </message>
    <message>
        <source>renders heads to train on</source>
        <translation>rendert Köpfe zum Trainieren</translation>
    </message>
    <message>
        <source>Everything that is needed works.</source>
        <translation>Alles Benötigte funktioniert.</translation>
    </message>
    <message>
        <source>1 needed part does not work.</source>
        <translation>1 benötigter Teil funktioniert nicht.</translation>
    </message>
    <message>
        <source>{} needed parts do not work.</source>
        <translation>{} benötigte Teile funktionieren nicht.</translation>
    </message>
</context>
<context>
    <name>CheckDialog</name>
    <message>
        <source>Check this computer</source>
        <translation>Diesen Rechner prüfen</translation>
    </message>
    <message>
        <source>Checking</source>
        <translation>Prüfung läuft</translation>
    </message>
    <message>
        <source>What works on this computer</source>
        <translation>Was auf diesem Rechner funktioniert</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Kopieren</translation>
    </message>
    <message>
        <source>Copies all lines. Your user name and home folder are left out.</source>
        <translation>Kopiert alle Zeilen. Ihr Benutzername und Ihr persönlicher Ordner werden weggelassen.</translation>
    </message>
    <message>
        <source>&amp;Save…</source>
        <translation>&amp;Speichern…</translation>
    </message>
    <message>
        <source>Check &amp;again</source>
        <translation>&amp;Erneut prüfen</translation>
    </message>
    <message>
        <source>Checking this computer. It takes a few seconds.</source>
        <translation>Dieser Rechner wird geprüft. Das dauert einige Sekunden.</translation>
    </message>
    <message>
        <source>The lines have been copied to the clipboard.</source>
        <translation>Die Zeilen wurden in die Zwischenablage kopiert.</translation>
    </message>
    <message>
        <source>Text files (*.txt)</source>
        <translation>Textdateien (*.txt)</translation>
    </message>
    <message>
        <source>Save the lines</source>
        <translation>Zeilen speichern</translation>
    </message>
    <message>
        <source>Saved as {}.</source>
        <translation>Als {} gespeichert.</translation>
    </message>
</context>
<context>
    <name>CameraMenu</name>
    <message>
        <source>Cameras</source>
        <translation>Kameras</translation>
    </message>
    <message>
        <source>Searching for cameras…</source>
        <translation>Kameras werden gesucht…</translation>
    </message>
    <message>
        <source>No camera found</source>
        <translation>Keine Kamera gefunden</translation>
    </message>
    <message>
        <source>Up to {} × {}</source>
        <translation>Bis zu {} × {}</translation>
    </message>
</context>
<context>
    <name>MicrophoneMenu</name>
    <message>
        <source>Microphone</source>
        <translation>Mikrofon</translation>
    </message>
    <message>
        <source>System default</source>
        <translation>Vorgabe des Systems</translation>
    </message>
    <message>
        <source>{} (not connected)</source>
        <translation>{} (nicht angeschlossen)</translation>
    </message>
</context>
</TS>
