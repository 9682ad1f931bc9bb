/* SPDX-License-Identifier: MIT */
/* The completion file for PowerShell. It was never run: there is none to try it in. */
#include <config.h>

#include "generate.h"

#include "base/shell.h"

/* What is inserted is a literal of PowerShell's where it is more than a plain word. */
static const char driver[] =
	"\n"
	"Register-ArgumentCompleter -Native -CommandName pyvern, pyenv -ScriptBlock {\n"
	"    param($wordToComplete, $commandAst, $cursorPosition)\n"
	"    $words = @($commandAst.CommandElements |\n"
	"        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |\n"
	"        ForEach-Object { if ($null -ne $_.Value) { \"$($_.Value)\" } else { \"$_\" } })\n"
	"    $program = if ($words[0] -like '*pyenv') { 'pyenv' } else { 'pyvern' }\n"
	"    $program = @(Get-Command -CommandType Application $program)[0].Source\n"
	"    if ($words.Count -le 1) {\n"
	"        $known = $PyvernCommands.Keys\n"
	"        $names = @($known) + @(& $program commands 2>$null | "
	"Where-Object { $_ -cnotin $known })\n"
	"    } else {\n"
	"        $known = $PyvernOptions[$words[1]]\n"
	"        $rest = @($words | Select-Object -Skip 1)\n"
	"        $names = @(& $program completions @rest 2>$null)\n"
	"    }\n"
	"    foreach ($name in $names) {\n"
	"        if (-not $name.StartsWith($wordToComplete, [StringComparison]::Ordinal)) {\n"
	"            continue\n"
	"        }\n"
	"        $about = if ($words.Count -le 1) { $PyvernCommands[$name] }\n"
	"            elseif ($known) { $known[$name] }\n"
	"        $text = $name\n"
	"        if ($name -cnotmatch '^[A-Za-z0-9_./:+-]+$') {\n"
	"            $text = \"'\" + [System.Management.Automation.Language.CodeGeneration]::\n"
	"                EscapeSingleQuotedStringContent($name) + \"'\"\n"
	"        }\n"
	"        [System.Management.Automation.CompletionResult]::new(\n"
	"            $text, $name, 'ParameterValue', $(if ($about) { $about } else { $name }))\n"
	"    }\n"
	"}\n";

static void
add_pair(struct buf *b, const char *indent, const char *name, const char *about)
{
	buf_add_text(b, indent);
	shell_quote_pwsh(b, name);
	buf_add_text(b, " = ");
	shell_quote_pwsh(b, about);
	buf_add_char(b, '\n');
}

static void
add_options(struct buf *b, const struct command *command)
{
	buf_add_text(b, "    ");
	shell_quote_pwsh(b, command->name);
	buf_add_text(b, " = @{\n");
	for (const struct option_spec *s = command->options; s && s->name; s++) {
		cleanup_free char *name = mem_printf("--%s", s->name);

		if (!s->hidden)
			add_pair(b, "        ", name, s->help);
	}
	add_pair(b, "        ", "--help", "show how it is used");
	buf_add_text(b, "    }\n");
}

void
completions_pwsh(struct buf *b, const struct command *const *table)
{
	buf_add_text(b, "# PowerShell completion for pyvern, also called pyenv. Made from its "
			"tables: not to be edited.\n# Untested.\n\n"
			"$global:PyvernCommands = [ordered]@{\n");
	for (const struct command *const *c = table; *c; c++)
		if (is_typed(*c))
			add_pair(b, "    ", (*c)->name, (*c)->summary);
	buf_add_text(b, "}\n\n$global:PyvernOptions = @{\n");
	for (const struct command *const *c = table; *c; c++)
		if (is_typed(*c))
			add_options(b, *c);
	buf_add_text(b, "}\n");
	buf_add_text(b, driver);
}
