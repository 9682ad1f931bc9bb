# PowerShell completion for pyvern, also called pyenv. Made from its tables: not to be edited.
# Untested.

$global:PyvernCommands = [ordered]@{
    'make' = 'Make one: it''s "quick"'
    'set' = 'Set'
    'plain' = 'Nothing'
}

$global:PyvernOptions = @{
    'make' = @{
        '--force' = 'override: it''s [quick] $(touch x)'
        '--python' = 'the Python'
        '--prompt' = 'a text'
        '--help' = 'show how it is used'
    }
    'set' = @{
        '--help' = 'show how it is used'
    }
    'plain' = @{
        '--help' = 'show how it is used'
    }
}

Register-ArgumentCompleter -Native -CommandName pyvern, pyenv -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
        ForEach-Object { if ($null -ne $_.Value) { "$($_.Value)" } else { "$_" } })
    $program = if ($words[0] -like '*pyenv') { 'pyenv' } else { 'pyvern' }
    $program = @(Get-Command -CommandType Application $program)[0].Source
    if ($words.Count -le 1) {
        $known = $PyvernCommands.Keys
        $names = @($known) + @(& $program commands 2>$null | Where-Object { $_ -cnotin $known })
    } else {
        $known = $PyvernOptions[$words[1]]
        $rest = @($words | Select-Object -Skip 1)
        $names = @(& $program completions @rest 2>$null)
    }
    foreach ($name in $names) {
        if (-not $name.StartsWith($wordToComplete, [StringComparison]::Ordinal)) {
            continue
        }
        $about = if ($words.Count -le 1) { $PyvernCommands[$name] }
            elseif ($known) { $known[$name] }
        $text = $name
        if ($name -cnotmatch '^[A-Za-z0-9_./:+-]+$') {
            $text = "'" + [System.Management.Automation.Language.CodeGeneration]::
                EscapeSingleQuotedStringContent($name) + "'"
        }
        [System.Management.Automation.CompletionResult]::new(
            $text, $name, 'ParameterValue', $(if ($about) { $about } else { $name }))
    }
}
