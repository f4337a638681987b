@echo off
rem Runs the Maven release named in .mvn\wrapper\maven-wrapper.properties on a JDK that is new
rem enough, whatever "java" and "mvn" are the default here. The first run fetches and checks it.
rem For Linux and macOS there is mvnw; keep the two alike.
rem This part hands the lines below #begin to PowerShell, which prints JAVA_HOME and MVNW_MAVEN.

setlocal EnableExtensions DisableDelayedExpansion
set "MVNW_SELF=%~f0"
set "MVNW_MAVEN="
rem Windows PowerShell cannot load its own modules with the path that a PowerShell 7 has set.
set "MVNW_MODULES=%PSModulePath%"
set "PSModulePath="
for /f "usebackq tokens=1* delims==" %%a in (`powershell -NoProfile -NonInteractive -Command "$t = [IO.File]::ReadAllText($env:MVNW_SELF); Invoke-Expression $t.Substring($t.LastIndexOf('#begin'))"`) do set "%%a=%%b"
set "PSModulePath=%MVNW_MODULES%"
if not defined MVNW_MAVEN exit /b 1
rem Without "call", which would double carets in arguments; Maven's exit code becomes ours.
"%MVNW_MAVEN%\bin\mvn.cmd" %*
exit /b %ERRORLEVEL%

#begin
$ErrorActionPreference = 'Stop'
$javaMin = 25

# Prints the values of the properties file, so that no release is named in two places.
function Read-Properties([string] $file) {
  $values = @{}
  foreach ($line in [IO.File]::ReadAllLines($file)) {
    if ($line -match '^([^#=]+)=(.+)$') { $values[$Matches[1].Trim()] = $Matches[2].Trim() }
  }
  foreach ($key in 'distributionUrl', 'distributionSha256Sum', 'fetchPluginVersion') {
    if (!$values[$key]) { throw "$file does not set $key" }
  }
  return $values
}

# Tells a JDK's release, or 0, from its `release` file, as starting each java is slow.
function Get-JavaMajor([string] $dir) {
  if (!$dir -or ![IO.File]::Exists("$dir\bin\javac.exe")) { return 0 }
  if (![IO.File]::Exists("$dir\release")) { return 0 }
  if ([IO.File]::ReadAllText("$dir\release") -match '(?m)^JAVA_VERSION="?(\d+)') {
    return [int] $Matches[1]
  }
  return 0
}

# Finds a program on PATH; only files that Windows can start, so not Maven's own `mvn` for sh.
function Find-Program([string[]] $names) {
  Get-Command $names -CommandType Application -ErrorAction SilentlyContinue |
    Select-Object -First 1 -ExpandProperty Path
}

# Looks where the user points first; only then for the lowest release, the one that is tested.
function Find-Jdk {
  $java = Find-Program 'java.exe'
  $named = @($env:JAVA_HOME)
  if ($java) { $named += Split-Path (Split-Path $java) }
  foreach ($dir in $named) {
    if ((Get-JavaMajor $dir) -ge $javaMin) { return $dir.TrimEnd('\') }
  }
  $folders = @("$env:LOCALAPPDATA\Programs\Eclipse Adoptium\*", "$env:USERPROFILE\.jdks\*",
    "$env:USERPROFILE\.gradle\jdks\*", "$env:USERPROFILE\scoop\apps\*jdk*\current")
  foreach ($vendor in 'Java', 'Eclipse Adoptium', 'Microsoft', 'Zulu', 'Amazon Corretto',
    'BellSoft', 'SapMachine\JDK', 'RedHat') {
    $folders += "$env:ProgramFiles\$vendor\*"
  }
  Get-Item $folders -ErrorAction SilentlyContinue |
    ForEach-Object { [pscustomobject] @{ Dir = $_.FullName; Major = Get-JavaMajor $_.FullName } } |
    Where-Object { $_.Major -ge $javaMin } | Sort-Object Major |
    Select-Object -First 1 -ExpandProperty Dir
}

# Asks an installed Maven first: its settings know a company's mirrors and proxies. It keeps its
# own Java, and MAVEN_BASEDIR keeps it from reading this project's .mvn.
function Get-WithMaven([string] $version, [string] $plugin, [string] $zip) {
  $mvn = Find-Program 'mvn.cmd', 'mvn.exe'
  if (!$mvn) { return $false }
  $ErrorActionPreference = 'Continue' # else a line that mvn writes to stderr ends this script
  $env:MAVEN_BASEDIR = Split-Path $zip
  Push-Location -LiteralPath $env:MAVEN_BASEDIR
  try {
    & $mvn -q -B "org.apache.maven.plugins:maven-dependency-plugin:${plugin}:copy" `
      "-Dartifact=org.apache.maven:apache-maven:${version}:zip:bin" '-DoutputDirectory=.' *> $null
    return $LASTEXITCODE -eq 0 -and [IO.File]::Exists($zip)
  } catch { return $false } finally { Pop-Location }
}

# Answers false instead of failing, so that one line can tell of both ways.
function Get-ByDownload([string] $url, [string] $zip) {
  try {
    [Net.ServicePointManager]::SecurityProtocol =
      [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12
    (New-Object Net.WebClient).DownloadFile($url, $zip)
    return $true
  } catch { return $false }
}

# Uses .NET, because Get-FileHash needs a script module that a strict machine may not load.
function Get-Sha256([string] $file) {
  $bytes = [Security.Cryptography.SHA256]::Create().ComputeHash([IO.File]::ReadAllBytes($file))
  return [BitConverter]::ToString($bytes).Replace('-', '').ToLowerInvariant()
}

# Puts a complete, checked Maven at $maven or nothing: all work is done in a temporary folder
# beside it, and the last step is a rename, which only one of several runs at once can win.
function Install-Maven([string] $maven, [string] $version, [hashtable] $values) {
  [Console]::Error.WriteLine("mvnw: getting Maven $version, once")
  $url = $values.distributionUrl
  $sha256 = $values.distributionSha256Sum
  $tmp = (Split-Path $maven) + '\.tmp-' + [guid]::NewGuid().ToString('N').Substring(0, 8)
  $zip = "$tmp\apache-maven-$version-bin.zip"
  try {
    [void] [IO.Directory]::CreateDirectory($tmp)
    if (!(Get-WithMaven $version $values.fetchPluginVersion $zip) -and !(Get-ByDownload $url $zip)) {
      throw "cannot get Maven ${version}: no installed mvn could fetch it, and no download from $url"
    }
    $actual = Get-Sha256 $zip
    if ($actual -ne $sha256) {
      throw "Maven $version has the wrong SHA-256 $actual, not $sha256; it was not installed"
    }
    Add-Type -AssemblyName System.IO.Compression.FileSystem
    [IO.Compression.ZipFile]::ExtractToDirectory($zip, $tmp)
    for ($try = 1; ![IO.File]::Exists("$maven\bin\mvn.cmd"); $try++) {
      try { [IO.Directory]::Move("$tmp\apache-maven-$version", $maven) }
      catch {
        if ($try -eq 5) { throw "cannot move Maven $version to $maven; delete it if it is there" }
        Start-Sleep -Seconds 1 # a virus scanner may still hold the new files
      }
    }
  } finally {
    Remove-Item -LiteralPath $tmp -Recurse -Force -ErrorAction SilentlyContinue
  }
}

try {
  $values = Read-Properties ((Split-Path $env:MVNW_SELF) + '\.mvn\wrapper\maven-wrapper.properties')
  $version = $values.distributionUrl -replace '.*/apache-maven-', '' -replace '-bin\.zip$', ''
  $jdk = Find-Jdk
  if (!$jdk) {
    throw "needs a JDK $javaMin or newer: install one (such as Eclipse Temurin $javaMin)" +
      ' or let JAVA_HOME point to it'
  }
  $userHome = $env:MAVEN_USER_HOME
  if (!$userHome) { $userHome = "$env:USERPROFILE\.m2" }
  $name = "apache-maven-$version-" + $values.distributionSha256Sum.Substring(0, 12)
  $maven = [IO.Path]::GetFullPath("$userHome\wrapper\dists\$name")
  if (![IO.File]::Exists("$maven\bin\mvn.cmd")) { Install-Maven $maven $version $values }
  "JAVA_HOME=$jdk"
  "MVNW_MAVEN=$maven"
} catch {
  [Console]::Error.WriteLine('mvnw: ' + ($_.Exception.Message -split '\r?\n')[0])
  exit 1
}
