/* SPDX-License-Identifier: MIT */
/* The code that `init` prints for a shell to evaluate. */
#include <config.h>

#include "cmd/init_code.h"

#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "base/shell.h"

/* Code with places for words: @F the folder, @P the program, @C the commands, each
 * as the shell's own literal; @N the program as a name (checked: ours), @@ for an @. csh reads
 * what a backquote gives as one line, so its statements end in ";". */
struct words {
	const struct shell *shell;
	const char *folder;
	const char *name;
	const char *commands;
};

static void
fill(struct buf *out, const char *code, const struct words *words)
{
	for (; *code; code++) {
		if (*code != '@') {
			buf_add_char(out, *code);
			continue;
		}
		switch (*++code) {
		case 'F':
			words->shell->quote(out, words->folder);
			break;
		case 'N':
			buf_add_text(out, words->name);
			break;
		case 'C':
			buf_add_text(out, words->commands);
			break;
		default:
			buf_add_char(out, *code);
		}
	}
}

/* No process: the shell takes itself apart what it has. Quotes around what is
 * looked for make it a literal in a pattern. */
static const char *const path_code[] = {
	[SHELL_SH] = "_pyvern_shims=@F\n"
		     "_pyvern_path=:$PATH:\n"
		     "while :; do\n"
		     "  case $_pyvern_path in\n"
		     "  *\":$_pyvern_shims:\"*) ;;\n"
		     "  *) break ;;\n"
		     "  esac\n"
		     "  _pyvern_path=${_pyvern_path%%\":$_pyvern_shims:\"*}"
		     ":${_pyvern_path#*\":$_pyvern_shims:\"}\n"
		     "done\n"
		     "_pyvern_path=${_pyvern_path#:}\n"
		     "PATH=$_pyvern_shims${_pyvern_path:+:${_pyvern_path%:}}\n"
		     "export PATH\n"
		     "unset _pyvern_shims _pyvern_path\n",
	[SHELL_FISH] = "while set -l _pyvern_index (contains -i -- @F $PATH)\n"
		       "  set -e PATH[$_pyvern_index]\n"
		       "end\n"
		       "set -gx PATH @F $PATH\n",
	[SHELL_CSH] = "set -f path = ( @F $path:q );\n",
	[SHELL_PWSH] = "$env:PATH = (@@(@F) + @@($env:PATH -split [IO.Path]::PathSeparator | "
		       "Where-Object { $_ -cne @F })) -join [IO.Path]::PathSeparator\n",
	[SHELL_NU] = "$env.PATH = ($env.PATH | where $it != @F | prepend @F)\n",
	[SHELL_XONSH] = "while @F in $PATH:\n"
			"    $PATH.remove(@F)\n"
			"$PATH.insert(0, @F)\n",
};

static const char *const path_kept_code[] = {
	[SHELL_SH] = "_pyvern_shims=@F\n"
		     "case :$PATH: in\n"
		     "*\":$_pyvern_shims:\"*) ;;\n"
		     "*) PATH=$_pyvern_shims${PATH:+:$PATH} ;;\n"
		     "esac\n"
		     "export PATH\n"
		     "unset _pyvern_shims\n",
	[SHELL_FISH] = "contains -- @F $PATH\n"
		       "or set -gx PATH @F $PATH\n",
	[SHELL_CSH] = "set -l path = ( @F $path:q );\n",
	[SHELL_PWSH] = "if ($env:PATH -split [IO.Path]::PathSeparator -cnotcontains @F) "
		       "{ $env:PATH = @F + [IO.Path]::PathSeparator + $env:PATH }\n",
	[SHELL_NU] = "$env.PATH = (if @F in $env.PATH { $env.PATH } "
		     "else { $env.PATH | prepend @F })\n",
	[SHELL_XONSH] = "if @F not in $PATH:\n"
			"    $PATH.insert(0, @F)\n",
};

static const char *const function_code[] = {
	/* "sh-$@" puts sh- before the first word, in every shell of the family. */
	[SHELL_SH] = "@N() {\n"
		     "  case ${1-} in\n"
		     "  @C)\n"
		     "    eval \"$(command @N \"sh-$@@\")\"\n"
		     "    ;;\n"
		     "  *)\n"
		     "    command @N \"$@@\"\n"
		     "    ;;\n"
		     "  esac\n"
		     "}\n",
	[SHELL_FISH] = "function @N\n"
		       "  set -l command $argv[1]\n"
		       "  set -e argv[1]\n"
		       "  switch \"$command\"\n"
		       "  case @C\n"
		       "    command @N \"sh-$command\" $argv | source\n"
		       "  case ''\n"
		       "    command @N\n"
		       "  case '*'\n"
		       "    command @N $command $argv\n"
		       "  end\n"
		       "end\n",
	/* An alias cannot choose: `@N-sh shell 3.12` evaluates. */
	[SHELL_CSH] = "alias @N-sh 'eval \"`\\@N sh-\\!*`\"';\n",
	[SHELL_PWSH] = "function global:@N {\n"
		       "  $command, $rest = $args\n"
		       "  $program = (Get-Command -CommandType Application @N)[0].Source\n"
		       "  if ($command -cin @C) {\n"
		       "    (& $program \"sh-$command\" @@rest) -join \"`n\" | Invoke-Expression\n"
		       "  } else {\n"
		       "    & $program @@args\n"
		       "  }\n"
		       "}\n",
	/* nushell evaluates nothing at run time: there, $env.PYENV_VERSION is set. */
	[SHELL_NU] = "",
	/* Programs that Python starts get PATH as it was when xonsh started, else. */
	[SHELL_XONSH] = "def _@N_command(args, stdin=None, stdout=None):\n"
			"    import subprocess\n"
			"    if args and args[0] in (@C,):\n"
			"        done = subprocess.run(['@N', 'sh-' + args[0]] + args[1:],\n"
			"                              stdout=subprocess.PIPE, text=True,\n"
			"                              env=__xonsh__.env.detype())\n"
			"        execx(done.stdout)\n"
			"        return done.returncode\n"
			"    return subprocess.run(['@N'] + args, stdout=stdout,\n"
			"                          env=__xonsh__.env.detype()).returncode\n"
			"aliases['@N'] = _@N_command\n",
};

void
init_code_path(struct buf *out, const struct shell *shell, const char *folder, bool keep)
{
	const struct words words = { .shell = shell, .folder = folder };

	fill(out, keep ? path_kept_code[shell->syntax] : path_code[shell->syntax], &words);
}

void
init_code_set(struct buf *out, const struct shell *shell, const char *name, const char *value)
{
	static const char *const before[] = {
		[SHELL_SH] = "export %s=",  [SHELL_FISH] = "set -gx %s ",
		[SHELL_CSH] = "setenv %s ", [SHELL_PWSH] = "$env:%s = ",
		[SHELL_NU] = "$env.%s = ",  [SHELL_XONSH] = "$%s = ",
	};
	const char *format = before[shell->syntax];

	for (; *format; format++) {
		if (format[0] == '%' && format[1] == 's') {
			buf_add_text(out, name);
			format++;
		} else {
			buf_add_char(out, *format);
		}
	}
	shell->quote(out, value);
	buf_add_text(out, shell->syntax == SHELL_CSH ? ";\n" : "\n");
}

void
init_code_unset(struct buf *out, const struct shell *shell, const char *name)
{
	switch (shell->syntax) {
	case SHELL_SH:
		buf_printf(out, "unset %s\n", name);
		return;
	case SHELL_FISH:
		/* Where there is none it says 4, which would be the command's status. */
		buf_printf(out, "set -e %s; or true\n", name);
		return;
	case SHELL_CSH:
		buf_printf(out, "unsetenv %s;\n", name);
		return;
	case SHELL_PWSH:
		buf_printf(out, "Remove-Item -ErrorAction SilentlyContinue Env:%s\n", name);
		return;
	case SHELL_NU:
		buf_printf(out, "hide-env --ignore-errors %s\n", name);
		return;
	case SHELL_XONSH:
		buf_printf(out, "${...}.pop('%s', None)\n", name);
		return;
	}
}

void
init_code_shell(struct buf *out, const struct shell *shell)
{
	init_code_set(out, shell, "PYENV_SHELL", shell->name);
}

/* The names of commands as a list of SHELL's. Owned by the caller (free). */
static char *
command_list(const struct shell *shell, const struct strvec *commands)
{
	static const char *const separators[] = {
		[SHELL_SH] = "|",    [SHELL_FISH] = " ", [SHELL_CSH] = " ",
		[SHELL_PWSH] = ", ", [SHELL_NU] = " ",	 [SHELL_XONSH] = ", ",
	};
	struct buf list = BUF_INIT(INIT_CODE_MAX);

	for (size_t i = 0; i < commands->count; i++) {
		if (i)
			buf_add_text(&list, separators[shell->syntax]);
		shell->quote(&list, commands->items[i]);
	}
	return buf_take(&list);
}

void
init_code_function(struct buf *out, const struct shell *shell, const char *program,
		   const struct strvec *evaluated)
{
	cleanup_free char *commands = command_list(shell, evaluated);
	const struct words words = { .shell = shell, .name = program, .commands = commands };

	fill(out, function_code[shell->syntax], &words);
}

/* Most shells end without a completion: bash reads the file at the first one (124: try
 * again), zsh and fish find it in a folder then. zsh may get its completion system before
 * or after us. */
static const struct {
	const char *shell;
	const char *file;
	bool is_folder;
	const char *code;
} completion_code[] = {
	{ "bash", "pyvern.bash", false,
	  "_pyvern_load() {\n"
	  "  complete -r \"$1\"\n"
	  "  . @F && return 124\n"
	  "}\n"
	  "case $- in\n"
	  "*i*) complete -F _pyvern_load @N ;;\n"
	  "esac\n" },
	{ "zsh", "zsh/_pyvern", true,
	  "if [[ -o interactive ]]; then\n"
	  "  fpath=(@F ${fpath:#@F})\n"
	  "  if (( $+functions[compdef] )); then\n"
	  "    autoload -Uz _pyvern\n"
	  "    compdef _pyvern @N\n"
	  "  fi\n"
	  "fi\n" },
	{ "fish", "fish/pyvern.fish", true,
	  "contains -- @F $fish_complete_path\n"
	  "or set -g -p fish_complete_path @F\n" },
	{ "pwsh", "pyvern.ps1", false, ". @F\n" },
};

void
init_code_completions(struct buf *out, const struct shell *shell, const char *folder,
		      const char *program)
{
	for (size_t i = 0; i < sizeof(completion_code) / sizeof(*completion_code); i++) {
		cleanup_free char *file = path_join(folder, completion_code[i].file, NULL);
		struct str above = path_dir(file);
		cleanup_free char *read = completion_code[i].is_folder
						  ? mem_strndup(above.p, above.n)
						  : mem_strdup(file);
		const struct words words = { .shell = shell, .folder = read, .name = program };

		if (strcmp(completion_code[i].shell, shell->name) == 0 && shell_text_ok(file) &&
		    access(file, R_OK) == 0)
			fill(out, completion_code[i].code, &words);
	}
}

/* What keeps the version before, for `shell -`. */
static const char *const keep_code[] = {
	[SHELL_SH] = "PYENV_VERSION_OLD=${PYENV_VERSION-}\n",
	[SHELL_FISH] = "set -gu PYENV_VERSION_OLD \"$PYENV_VERSION\"\n",
	[SHELL_CSH] = ("if ( ! $?PYENV_VERSION ) setenv PYENV_VERSION '';\n"
		       "set PYENV_VERSION_OLD = $PYENV_VERSION:q;\n"),
	[SHELL_PWSH] = "$global:PYENV_VERSION_OLD = \"$env:PYENV_VERSION\"\n",
	[SHELL_NU] = "$env.PYENV_VERSION_OLD = ($env.PYENV_VERSION? | default '')\n",
	[SHELL_XONSH] = "__xonsh__.ctx['PYENV_VERSION_OLD'] = ${...}.get('PYENV_VERSION', '')\n",
};

void
init_code_set_version(struct buf *out, const struct shell *shell, const char *version)
{
	buf_add_text(out, keep_code[shell->syntax]);
	if (version)
		init_code_set(out, shell, "PYENV_VERSION", version);
	else
		init_code_unset(out, shell, "PYENV_VERSION");
	init_code_unset(out, shell, "PYVERN_VERSION");
}

void
init_code_swap_version(struct buf *out, const struct shell *shell)
{
	static const char *const code[] = {
		[SHELL_SH] = "if [ -n \"${PYENV_VERSION_OLD+x}\" ]; then\n"
			     "  _pyvern_version=${PYENV_VERSION-}\n"
			     "  if [ -n \"$PYENV_VERSION_OLD\" ]; then\n"
			     "    export PYENV_VERSION=\"$PYENV_VERSION_OLD\"\n"
			     "  else\n"
			     "    unset PYENV_VERSION\n"
			     "  fi\n"
			     "  PYENV_VERSION_OLD=$_pyvern_version\n"
			     "  unset _pyvern_version PYVERN_VERSION\n"
			     "else\n"
			     "  echo 'pyenv: PYENV_VERSION_OLD is not set' >&2\n"
			     "  false\n"
			     "fi\n",
		[SHELL_FISH] = "if set -q PYENV_VERSION_OLD\n"
			       "  set -l _pyvern_version \"$PYENV_VERSION\"\n"
			       "  if [ -n \"$PYENV_VERSION_OLD\" ]\n"
			       "    set -gx PYENV_VERSION \"$PYENV_VERSION_OLD\"\n"
			       "  else\n"
			       "    set -e PYENV_VERSION\n"
			       "  end\n"
			       "  set -gu PYENV_VERSION_OLD \"$_pyvern_version\"\n"
			       "  set -e PYVERN_VERSION\n"
			       "  true\n"
			       "else\n"
			       "  echo 'pyenv: PYENV_VERSION_OLD is not set' >&2\n"
			       "  false\n"
			       "end\n",
		[SHELL_CSH] = "if ( ! $?PYENV_VERSION_OLD ) set PYENV_VERSION_OLD = '';\n"
			      "if ( ! $?PYENV_VERSION ) setenv PYENV_VERSION '';\n"
			      "set _pyvern_version = $PYENV_VERSION:q;\n"
			      "setenv PYENV_VERSION $PYENV_VERSION_OLD:q;\n"
			      "set PYENV_VERSION_OLD = $_pyvern_version:q;\n"
			      "unset _pyvern_version; unsetenv PYVERN_VERSION;\n",
		[SHELL_PWSH] = "if ($null -ne $global:PYENV_VERSION_OLD) {\n"
			       "  $env:PYENV_VERSION, $global:PYENV_VERSION_OLD = "
			       "$global:PYENV_VERSION_OLD, \"$env:PYENV_VERSION\"\n"
			       "} else {\n"
			       "  Write-Error 'pyenv: PYENV_VERSION_OLD is not set'\n"
			       "}\n",
		[SHELL_NU] = "$env.PYENV_VERSION = ($env.PYENV_VERSION_OLD? | default '')\n",
		[SHELL_XONSH] = "${...}['PYENV_VERSION'], __xonsh__.ctx['PYENV_VERSION_OLD'] = "
				"__xonsh__.ctx.get('PYENV_VERSION_OLD', ''), "
				"${...}.get('PYENV_VERSION', '')\n",
	};

	buf_add_text(out, code[shell->syntax]);
}

void
init_code_print_version(struct buf *out, const struct shell *shell)
{
	static const char *const code[] = {
		[SHELL_SH] = "echo \"$PYENV_VERSION\"\n",
		[SHELL_FISH] = "echo \"$PYENV_VERSION\"\n",
		[SHELL_CSH] = "echo $PYENV_VERSION:q;\n",
		[SHELL_PWSH] = "Write-Output $env:PYENV_VERSION\n",
		[SHELL_NU] = "print $env.PYENV_VERSION\n",
		[SHELL_XONSH] = "print($PYENV_VERSION)\n",
	};

	buf_add_text(out, code[shell->syntax]);
}

void
init_code_forget(struct buf *out, const struct shell *shell)
{
	if (shell->syntax == SHELL_SH)
		buf_add_text(out, "hash -r 2>/dev/null || :\n");
	else if (shell->syntax == SHELL_CSH)
		buf_add_text(out, "rehash;\n");
}
