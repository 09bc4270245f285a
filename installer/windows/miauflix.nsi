; The installer for Windows: for one user, without an administrator. `installer/windows_setup.py` fills in what stands
; behind the defines: PAYLOAD (the bundle's folder), FILES (a generated list for the uninstaller), VERSION, OUTPUT, ICON.

Target amd64-unicode
ManifestDPIAware true
RequestExecutionLevel user
SetCompressor /SOLID lzma

!include "MUI2.nsh"
!include "FileFunc.nsh"
!include "LogicLib.nsh"

!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\Miauflix"
!define RUN_KEY "Software\Microsoft\Windows\CurrentVersion\Run"
!define CLASSES "Software\Classes"
!define CAPABILITIES "Software\Miauflix\Capabilities"
!define PROGRAM "$INSTDIR\miauflix-tray.exe"
!define OPEN '"$INSTDIR\miauflix-tray.exe" open "%1"'

Name "Miauflix"
OutFile "${OUTPUT}"
BrandingText "Miauflix ${VERSION}"
InstallDir "$LOCALAPPDATA\Programs\Miauflix"
InstallDirRegKey HKCU "Software\Miauflix" "Folder"
ShowInstDetails nevershow
ShowUninstDetails nevershow

VIProductVersion "${VERSION}.0"
VIAddVersionKey "ProductName" "Miauflix"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "FileDescription" "Miauflix installer"
VIAddVersionKey "LegalCopyright" "The Miauflix authors, MIT licence"

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_ABORTWARNING
!define MUI_COMPONENTSPAGE_NODESC
!define MUI_FINISHPAGE_RUN "${PROGRAM}"
!define MUI_FINISHPAGE_RUN_TEXT "Start Miauflix"

!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_COMPONENTS
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

; A program that runs can't be replaced: ask for it to be quit, and give up in silence where nobody can be asked.
!macro WaitUntilQuit
  ${Do}
    ${IfNot} ${FileExists} "${PROGRAM}"
      ${ExitDo}
    ${EndIf}
    ClearErrors
    FileOpen $0 "${PROGRAM}" a
    ${IfNot} ${Errors}
      FileClose $0
      ${ExitDo}
    ${EndIf}
    MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION \
      "Miauflix is running. Choose Quit in its menu next to the clock, then try again." /SD IDCANCEL IDRETRY +3
    SetErrorLevel 2
    Abort
  ${Loop}
!macroend

Section "Miauflix" SectionProgram
  SectionIn RO
  !insertmacro WaitUntilQuit
  ; What an older version has put there and this one does not bring.
  ${If} ${FileExists} "$INSTDIR\uninstall.exe"
    ExecWait '"$INSTDIR\uninstall.exe" /S /UPGRADE _?=$INSTDIR'
  ${EndIf}
  SetOutPath "$INSTDIR"
  File /r "${PAYLOAD}/*.*"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  WriteRegStr HKCU "Software\Miauflix" "Folder" "$INSTDIR"

  CreateShortcut "$SMPROGRAMS\Miauflix.lnk" "${PROGRAM}" "" "${PROGRAM}" 0 SW_SHOWNORMAL "" \
    "A private streaming box for the TVs and browsers of your home"

  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayName" "Miauflix"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayIcon" "${PROGRAM}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "Publisher" "The Miauflix authors"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL_KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "EstimatedSize" $0
SectionEnd

Section "Open magnet links and torrent files" SectionLinks
  WriteRegStr HKCU "${CLASSES}\Miauflix.Magnet" "" "URL:Magnet link"
  WriteRegStr HKCU "${CLASSES}\Miauflix.Magnet" "URL Protocol" ""
  WriteRegStr HKCU "${CLASSES}\Miauflix.Magnet\DefaultIcon" "" "${PROGRAM},0"
  WriteRegStr HKCU "${CLASSES}\Miauflix.Magnet\shell\open\command" "" '${OPEN}'
  WriteRegStr HKCU "${CLASSES}\Miauflix.Torrent" "" "Torrent file"
  WriteRegStr HKCU "${CLASSES}\Miauflix.Torrent\DefaultIcon" "" "${PROGRAM},0"
  WriteRegStr HKCU "${CLASSES}\Miauflix.Torrent\shell\open\command" "" '${OPEN}'
  WriteRegStr HKCU "${CLASSES}\.torrent\OpenWithProgids" "Miauflix.Torrent" ""

  ; Windows offers us in Default apps; the choice is the user's.
  WriteRegStr HKCU "${CAPABILITIES}" "ApplicationName" "Miauflix"
  WriteRegStr HKCU "${CAPABILITIES}" "ApplicationDescription" "A private streaming box for your home"
  WriteRegStr HKCU "${CAPABILITIES}\URLAssociations" "magnet" "Miauflix.Magnet"
  WriteRegStr HKCU "${CAPABILITIES}\FileAssociations" ".torrent" "Miauflix.Torrent"
  WriteRegStr HKCU "Software\RegisteredApplications" "Miauflix" "${CAPABILITIES}"

  ; Where nothing opens magnet links yet, we do at once.
  ReadRegStr $0 HKCU "${CLASSES}\magnet\shell\open\command" ""
  ReadRegStr $1 HKLM "${CLASSES}\magnet\shell\open\command" ""
  ${If} "$0$1" == ""
  ${OrIf} $0 == '${OPEN}'
    WriteRegStr HKCU "${CLASSES}\magnet" "" "URL:Magnet link"
    WriteRegStr HKCU "${CLASSES}\magnet" "URL Protocol" ""
    WriteRegStr HKCU "${CLASSES}\magnet\shell\open\command" "" '${OPEN}'
  ${EndIf}
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
SectionEnd

; The app's settings switch the same entry.
Section /o "Start with Windows" SectionAutostart
  WriteRegStr HKCU "${RUN_KEY}" "Miauflix" '"${PROGRAM}"'
SectionEnd

Function .onInit
  ; /AUTOSTART chooses the last section where nobody can be asked.
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/AUTOSTART" $1
  ${IfNot} ${Errors}
    !insertmacro SelectSection ${SectionAutostart}
  ${EndIf}
FunctionEnd

Section "Uninstall"
  !insertmacro WaitUntilQuit
  !include "${FILES}"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"

  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/UPGRADE" $1
  ${IfNot} ${Errors}
    Return
  ${EndIf}

  Delete "$SMPROGRAMS\Miauflix.lnk"
  DeleteRegValue HKCU "${RUN_KEY}" "Miauflix"
  DeleteRegValue HKCU "Software\RegisteredApplications" "Miauflix"
  DeleteRegValue HKCU "${CLASSES}\.torrent\OpenWithProgids" "Miauflix.Torrent"
  DeleteRegKey /ifempty HKCU "${CLASSES}\.torrent\OpenWithProgids"
  DeleteRegKey /ifempty HKCU "${CLASSES}\.torrent"
  DeleteRegKey HKCU "${CLASSES}\Miauflix.Magnet"
  DeleteRegKey HKCU "${CLASSES}\Miauflix.Torrent"
  ReadRegStr $0 HKCU "${CLASSES}\magnet\shell\open\command" ""
  ${If} $0 == '${OPEN}'
    DeleteRegKey HKCU "${CLASSES}\magnet"
  ${EndIf}
  DeleteRegKey HKCU "Software\Miauflix"
  DeleteRegKey HKCU "${UNINSTALL_KEY}"
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'

  ; Never without a yes: where nobody can be asked the data stay, unless /REMOVEDATA says otherwise.
  ${If} ${FileExists} "$LOCALAPPDATA\miauflix\*.*"
    ${GetParameters} $0
    ClearErrors
    ${GetOptions} $0 "/REMOVEDATA" $1
    ${If} ${Errors}
      MessageBox MB_YESNO|MB_ICONQUESTION|MB_DEFBUTTON2 \
        "Remove your videos, devices and settings too? They can't be brought back.$\n$\n$LOCALAPPDATA\miauflix" \
        /SD IDNO IDNO keep
    ${EndIf}
    RMDir /r "$LOCALAPPDATA\miauflix"
    keep:
  ${EndIf}
SectionEnd
