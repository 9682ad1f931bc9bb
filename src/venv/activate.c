/* SPDX-License-Identifier: MIT */
/* Activation scripts. */
#include <config.h>

#include "venv/activate_internal.h"

#include <string.h>

#include "base/shell.h"
#include "base/str.h"

/* "(PROMPT) " for a prompt whose text the shell itself looks at: what could be
 * expanded now, or after the user switches an option on, is shown as "_", and
 * percent signs are doubled where PERCENT is "%%". Owned by the caller. */
static char *
inert_prompt(const char *prompt, const char *active, const char *percent)
{
	struct buf b = BUF_INIT(ACTIVATE_MAX);

	buf_add_char(&b, '(');
	for (; *prompt; prompt++) {
		if (strchr(active, *prompt))
			buf_add_char(&b, '_');
		else if (*prompt == '%')
			buf_add_text(&b, percent);
		else
			buf_add_char(&b, *prompt);
	}
	buf_add_text(&b, ") ");
	return buf_take(&b);
}

static const char sh_deactivate[] =
	"# Enters this environment. Source it from sh, bash, dash, ksh or zsh:\n"
	"#     . bin/activate\n"
	"# and leave the environment with: deactivate\n"
	"\n"
	"deactivate () {\n"
	"    if [ -n \"${_OLD_VIRTUAL_PATH+set}\" ]; then\n"
	"        PATH=$_OLD_VIRTUAL_PATH\n"
	"        export PATH\n"
	"        unset _OLD_VIRTUAL_PATH\n"
	"    fi\n"
	"    if [ -n \"${_OLD_VIRTUAL_PYTHONHOME+set}\" ]; then\n"
	"        PYTHONHOME=$_OLD_VIRTUAL_PYTHONHOME\n"
	"        export PYTHONHOME\n"
	"        unset _OLD_VIRTUAL_PYTHONHOME\n"
	"    fi\n"
	"    if [ -n \"${_OLD_VIRTUAL_PS1+set}\" ]; then\n"
	"        PS1=$_OLD_VIRTUAL_PS1\n"
	"        unset _OLD_VIRTUAL_PS1\n"
	"    fi\n"
	"    # A shell started inside of another environment goes back to that one.\n"
	"    if [ -n \"${_OLD_VIRTUAL_ENV+set}\" ]; then\n"
	"        VIRTUAL_ENV=$_OLD_VIRTUAL_ENV\n"
	"        unset _OLD_VIRTUAL_ENV\n"
	"    else\n"
	"        unset VIRTUAL_ENV\n"
	"    fi\n"
	"    if [ -n \"${_OLD_VIRTUAL_ENV_PROMPT+set}\" ]; then\n"
	"        VIRTUAL_ENV_PROMPT=$_OLD_VIRTUAL_ENV_PROMPT\n"
	"        unset _OLD_VIRTUAL_ENV_PROMPT\n"
	"    else\n"
	"        unset VIRTUAL_ENV_PROMPT\n"
	"    fi\n"
	"    # Forget where the shell found python before.\n"
	"    hash -r 2>/dev/null || :\n"
	"    if [ \"${1-}\" != nondestructive ]; then\n"
	"        unset -f deactivate\n"
	"    fi\n"
	"}\n"
	"\n"
	"if [ -n \"${_OLD_VIRTUAL_PATH+set}\" ]; then\n"
	"    deactivate nondestructive\n"
	"fi\n"
	"\n"
	"if [ -n \"${VIRTUAL_ENV+set}\" ]; then\n"
	"    _OLD_VIRTUAL_ENV=$VIRTUAL_ENV\n"
	"fi\n"
	"if [ -n \"${VIRTUAL_ENV_PROMPT+set}\" ]; then\n"
	"    _OLD_VIRTUAL_ENV_PROMPT=$VIRTUAL_ENV_PROMPT\n"
	"fi\n";

static const char sh_environment[] =
	"export VIRTUAL_ENV VIRTUAL_ENV_PROMPT\n"
	"\n"
	"_OLD_VIRTUAL_PATH=${PATH-}\n"
	"PATH=$VIRTUAL_ENV/bin${PATH:+:$PATH}\n"
	"export PATH\n"
	"\n"
	"if [ -n \"${PYTHONHOME+set}\" ]; then\n"
	"    _OLD_VIRTUAL_PYTHONHOME=$PYTHONHOME\n"
	"    unset PYTHONHOME\n"
	"fi\n"
	"\n"
	"# The prompt's name is never shell code: where the shell expands prompts, PS1\n"
	"# refers to the variable; where it does not, the text has nothing to expand.\n"
	"if [ -z \"${VIRTUAL_ENV_DISABLE_PROMPT-}\" ] && [ -n \"${PS1+set}\" ]; then\n"
	"    _OLD_VIRTUAL_PS1=$PS1\n";

/* Each shell has its own word for the file that it reads; the others could not parse it. */
static const char sh_find[] =
	"_pyvern_script=\n"
	"if [ -n \"${BASH_VERSION-}\" ]; then\n"
	"    eval '_pyvern_script=${BASH_SOURCE[0]}'\n"
	"elif [ -n \"${ZSH_VERSION-}\" ]; then\n"
	"    eval '_pyvern_script=${(%):-%x}'\n"
	"elif [ -n \"${KSH_VERSION-}\" ] && (eval ': ${.sh.file-}') 2>/dev/null; then\n"
	"    eval '_pyvern_script=${.sh.file-}'\n"
	"fi\n"
	"case $_pyvern_script in\n"
	"    */*) _pyvern_script=${_pyvern_script%/*}/.. ;;\n"
	"    ?*) _pyvern_script=.. ;;\n"
	"esac\n"
	"if [ -z \"$_pyvern_script\" ]; then\n"
	"    echo 'activate: this shell does not tell where the environment is: use its bin, "
	"or bash' >&2\n"
	"    unset _pyvern_script\n"
	"    return 1\n"
	"fi\n"
	"VIRTUAL_ENV=$(CDPATH='' cd -- \"$_pyvern_script\" >/dev/null && pwd)\n"
	"unset _pyvern_script\n"
	"VIRTUAL_ENV_PROMPT=";

static void
write_sh(struct buf *out, const struct activation *a)
{
	cleanup_free char *zsh = inert_prompt(a->prompt, "$`\\!", "%%");
	cleanup_free char *bash = inert_prompt(a->prompt, "$`\\!", "%");

	buf_add_text(out, sh_deactivate);
	if (a->relocatable) {
		buf_add_text(out, sh_find);
	} else {
		buf_add_text(out, "VIRTUAL_ENV=");
		shell_quote_sh(out, a->env);
		buf_add_text(out, "\nVIRTUAL_ENV_PROMPT=");
	}
	shell_quote_sh(out, a->prompt);
	buf_add_char(out, '\n');
	buf_add_text(out, sh_environment);
	buf_add_text(out, "    if [ -n \"${ZSH_VERSION-}\" ] && [[ -o prompt_subst ]]; then\n"
			  "        PS1='(${${VIRTUAL_ENV_PROMPT-}//[%]/%%}) '$PS1\n"
			  "    elif [ -n \"${ZSH_VERSION-}\" ]; then\n"
			  "        PS1=");
	shell_quote_sh(out, zsh);
	buf_add_text(out, "$PS1\n"
			  "    elif [ -n \"${BASH_VERSION-}\" ] && ! shopt -q promptvars; then\n"
			  "        PS1=");
	shell_quote_sh(out, bash);
	buf_add_text(out, "$PS1\n"
			  "    else\n"
			  "        PS1='(${VIRTUAL_ENV_PROMPT-}) '$PS1\n"
			  "    fi\n"
			  "fi\n"
			  "\n"
			  "hash -r 2>/dev/null || :\n");
}

static const char fish_deactivate[] =
	"# Enters this environment. Source it from fish:\n"
	"#     source bin/activate.fish\n"
	"# and leave the environment with: deactivate\n"
	"\n"
	"function deactivate --description 'Leave the virtual environment'\n"
	"    if set -q _OLD_VIRTUAL_PATH\n"
	"        set -gx PATH $_OLD_VIRTUAL_PATH\n"
	"        set -e _OLD_VIRTUAL_PATH\n"
	"    end\n"
	"    if set -q _OLD_VIRTUAL_PYTHONHOME\n"
	"        set -gx PYTHONHOME $_OLD_VIRTUAL_PYTHONHOME\n"
	"        set -e _OLD_VIRTUAL_PYTHONHOME\n"
	"    end\n"
	"    if set -q _OLD_FISH_PROMPT_OVERRIDE\n"
	"        set -e _OLD_FISH_PROMPT_OVERRIDE\n"
	"        if functions -q _old_fish_prompt\n"
	"            functions -e fish_prompt\n"
	"            functions -c _old_fish_prompt fish_prompt\n"
	"            functions -e _old_fish_prompt\n"
	"        end\n"
	"    end\n"
	"    # A shell started inside of another environment goes back to that one.\n"
	"    if set -q _OLD_VIRTUAL_ENV\n"
	"        set -gx VIRTUAL_ENV $_OLD_VIRTUAL_ENV\n"
	"        set -e _OLD_VIRTUAL_ENV\n"
	"    else\n"
	"        set -e VIRTUAL_ENV\n"
	"    end\n"
	"    if set -q _OLD_VIRTUAL_ENV_PROMPT\n"
	"        set -gx VIRTUAL_ENV_PROMPT $_OLD_VIRTUAL_ENV_PROMPT\n"
	"        set -e _OLD_VIRTUAL_ENV_PROMPT\n"
	"    else\n"
	"        set -e VIRTUAL_ENV_PROMPT\n"
	"    end\n"
	"    if test \"$argv[1]\" != nondestructive\n"
	"        functions -e _pyvern_status\n"
	"        functions -e deactivate\n"
	"    end\n"
	"end\n"
	"\n"
	"if set -q _OLD_VIRTUAL_PATH\n"
	"    deactivate nondestructive\n"
	"end\n"
	"\n"
	"if set -q VIRTUAL_ENV\n"
	"    set -g _OLD_VIRTUAL_ENV $VIRTUAL_ENV\n"
	"end\n"
	"if set -q VIRTUAL_ENV_PROMPT\n"
	"    set -g _OLD_VIRTUAL_ENV_PROMPT $VIRTUAL_ENV_PROMPT\n"
	"end\n"
	"\n";

static const char fish_environment[] =
	"\n"
	"set -g _OLD_VIRTUAL_PATH $PATH\n"
	"set -gx PATH $VIRTUAL_ENV/bin $PATH\n"
	"\n"
	"if set -q PYTHONHOME\n"
	"    set -g _OLD_VIRTUAL_PYTHONHOME $PYTHONHOME\n"
	"    set -e PYTHONHOME\n"
	"end\n"
	"\n"
	"function _pyvern_status\n"
	"    return $argv[1]\n"
	"end\n"
	"\n"
	"if test -z \"$VIRTUAL_ENV_DISABLE_PROMPT\"; and functions -q fish_prompt\n"
	"    set -g _OLD_FISH_PROMPT_OVERRIDE $VIRTUAL_ENV\n"
	"    functions -c fish_prompt _old_fish_prompt\n"
	"    function fish_prompt\n"
	"        set -l last_status $status\n"
	"        printf '(%s) ' $VIRTUAL_ENV_PROMPT\n"
	"        # The prompt below shows the status of the user's last command.\n"
	"        _pyvern_status $last_status\n"
	"        _old_fish_prompt\n"
	"    end\n"
	"end\n";

static void
write_fish(struct buf *out, const struct activation *a)
{
	buf_add_text(out, fish_deactivate);
	buf_add_text(out, "set -gx VIRTUAL_ENV ");
	if (a->relocatable)
		buf_add_text(out, "(builtin realpath (dirname (status filename))/..)");
	else
		shell_quote_fish(out, a->env);
	buf_add_text(out, "\nset -gx VIRTUAL_ENV_PROMPT ");
	shell_quote_fish(out, a->prompt);
	buf_add_char(out, '\n');
	buf_add_text(out, fish_environment);
}

/* In csh a variable is expanded when its simple command runs, so `test … &&`
 * guards those that may not exist; `if (…) command` would not. */
static const char csh_deactivate[] =
	"# Enters this environment. Source it from csh or tcsh:\n"
	"#     source bin/activate.csh\n"
	"# and leave the environment with: deactivate\n"
	"\n"
	"alias deactivate '"
	"test $?_OLD_VIRTUAL_PATH != 0 && setenv PATH \"$_OLD_VIRTUAL_PATH:q\" "
	"&& unset _OLD_VIRTUAL_PATH; "
	"test $?_OLD_VIRTUAL_PYTHONHOME != 0 && setenv PYTHONHOME \"$_OLD_VIRTUAL_PYTHONHOME:q\" "
	"&& unset _OLD_VIRTUAL_PYTHONHOME; "
	"test $?_OLD_VIRTUAL_PROMPT != 0 && set prompt = \"$_OLD_VIRTUAL_PROMPT:q\" "
	"&& unset _OLD_VIRTUAL_PROMPT; "
	"unsetenv VIRTUAL_ENV; unsetenv VIRTUAL_ENV_PROMPT; "
	"test $?_OLD_VIRTUAL_ENV != 0 && setenv VIRTUAL_ENV \"$_OLD_VIRTUAL_ENV:q\" "
	"&& unset _OLD_VIRTUAL_ENV; "
	"test $?_OLD_VIRTUAL_ENV_PROMPT != 0 "
	"&& setenv VIRTUAL_ENV_PROMPT \"$_OLD_VIRTUAL_ENV_PROMPT:q\" "
	"&& unset _OLD_VIRTUAL_ENV_PROMPT; "
	"rehash; "
	"test \"\\!:*\" = nondestructive || unalias deactivate'\n"
	"\n"
	"if ($?_OLD_VIRTUAL_PATH) then\n"
	"    deactivate nondestructive\n"
	"endif\n"
	"\n"
	"if ($?VIRTUAL_ENV) then\n"
	"    set _OLD_VIRTUAL_ENV = \"$VIRTUAL_ENV:q\"\n"
	"endif\n"
	"if ($?VIRTUAL_ENV_PROMPT) then\n"
	"    set _OLD_VIRTUAL_ENV_PROMPT = \"$VIRTUAL_ENV_PROMPT:q\"\n"
	"endif\n"
	"\n";

static const char csh_environment[] =
	"\n"
	"set _OLD_VIRTUAL_PATH = \"$PATH:q\"\n"
	"setenv PATH \"${VIRTUAL_ENV:q}/bin:${PATH:q}\"\n"
	"\n"
	"if ($?PYTHONHOME) then\n"
	"    set _OLD_VIRTUAL_PYTHONHOME = \"$PYTHONHOME:q\"\n"
	"    unsetenv PYTHONHOME\n"
	"endif\n"
	"\n"
	"set _pyvern_prompt = yes\n"
	"if ($?VIRTUAL_ENV_DISABLE_PROMPT) then\n"
	"    if (\"$VIRTUAL_ENV_DISABLE_PROMPT:q\" != \"\") set _pyvern_prompt = no\n"
	"endif\n"
	"if ($?prompt && \"$_pyvern_prompt\" == yes) then\n"
	"    set _OLD_VIRTUAL_PROMPT = \"$prompt:q\"\n"
	"    set prompt = ";

static void
write_csh(struct buf *out, const struct activation *a)
{
	/* csh's prompt has history (`!`), escapes (`\`) and variables (`%$`). */
	cleanup_free char *prompt = inert_prompt(a->prompt, "$`\\!", "%%");

	buf_add_text(out, csh_deactivate);
	buf_add_text(out, "setenv VIRTUAL_ENV ");
	shell_quote_csh(out, a->env);
	buf_add_text(out, "\nsetenv VIRTUAL_ENV_PROMPT ");
	shell_quote_csh(out, a->prompt);
	buf_add_char(out, '\n');
	buf_add_text(out, csh_environment);
	shell_quote_csh(out, prompt);
	buf_add_text(out, "\"$prompt:q\"\n"
			  "endif\n"
			  "unset _pyvern_prompt\n"
			  "\n"
			  "rehash\n");
}

const struct activate_script activate_scripts[] = {
	{ "activate", write_sh, true },
	{ "activate.fish", write_fish, true },
	{ "activate.csh", write_csh, false },
	{ "activate.xsh", activate_xonsh, true },
	{ "Activate.ps1", activate_pwsh, true },
	{ "activate.nu", activate_nu, false },
	{ "activate_this.py", activate_python, true },
	{ 0 },
};
