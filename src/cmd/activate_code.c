/* SPDX-License-Identifier: MIT */
/* The code that `activate` and `deactivate` print for a shell to evaluate. */
#include <config.h>

#include "cmd/activate_code.h"

#include <string.h>

#include "base/str.h"

#define PLACE "{venv}"

/* TEXT with each of the characters ACTIVE shown as "_", and "%" as PERCENT. Owned by
 * the caller. */
static char *
inert(struct str text, const char *active, const char *percent)
{
	struct buf b = BUF_INIT(ACTIVATE_CODE_MAX);

	for (size_t i = 0; i < text.n; i++) {
		if (strchr(active, text.p[i]))
			buf_add_char(&b, '_');
		else if (text.p[i] == '%')
			buf_add_text(&b, percent);
		else
			buf_add_char(&b, text.p[i]);
	}
	return buf_take(&b);
}

/* A prompt in three parts. */
struct prompt {
	char *before;
	char *after;
};

static void
prompt_reset(struct prompt *prompt)
{
	free(prompt->before);
	free(prompt->after);
}

static void
split_pattern(const char *pattern, struct prompt *ret)
{
	struct str text = str_from(pattern ? pattern : "(" PLACE ")");
	const char *at = strstr(text.p, PLACE);
	struct str before = { text.p, at ? (size_t)(at - text.p) : text.n };
	struct str after = at ? str_skip(text, before.n + strlen(PLACE)) : STR_LIT("");

	ret->before = inert(before, "$`", "%");
	ret->after = inert(after, "$`", "%");
}

/* One literal: before NAME after, and a blank. */
static void
quote_whole(struct buf *out, const struct shell *shell, const struct prompt *prompt,
	    const char *name, bool has_name)
{
	cleanup_free char *whole =
		mem_printf("%s%s%s ", prompt->before, has_name ? name : "", prompt->after);

	shell->quote(out, whole);
}

/* before, REFERENCE (code between literals' quotes), after. */
static void
add_reference(struct buf *out, const struct prompt *prompt, const char *reference)
{
	cleanup_free char *whole = mem_printf("%s%s%s ", prompt->before, reference, prompt->after);

	buf_add_text(out, "    _PYVERN_PS1=");
	shell_quote_sh(out, whole);
	buf_add_char(out, '\n');
}

/* What is put in front is kept, and not what was there: somebody may change PS1 meanwhile, or
 * enter another environment over this one. */
static void
prompt_sh(struct buf *out, const struct shell *shell, const struct prompt *prompt, const char *name,
	  bool has_name)
{
	cleanup_free char *zsh = inert(str_from(name), "$`\\!", "%%");
	cleanup_free char *bash = inert(str_from(name), "$`\\!", "%");

	buf_add_text(out, "if [ -n \"${PS1+x}\" ]; then\n"
			  "  if [ -n \"${ZSH_VERSION-}\" ] && [[ -o prompt_subst ]]; then\n");
	add_reference(out, prompt, has_name ? "${${VIRTUAL_ENV_PROMPT-}//[%]/%%}" : "");
	buf_add_text(out, "  elif [ -n \"${ZSH_VERSION-}\" ]; then\n    _PYVERN_PS1=");
	quote_whole(out, shell, prompt, zsh, has_name);
	buf_add_text(out, "\n  elif [ -n \"${BASH_VERSION-}\" ] && ! shopt -q promptvars; then\n"
			  "    _PYVERN_PS1=");
	quote_whole(out, shell, prompt, bash, has_name);
	buf_add_text(out, "\n  else\n");
	add_reference(out, prompt, has_name ? "${VIRTUAL_ENV_PROMPT-}" : "");
	buf_add_text(out, "  fi\n  PS1=$_PYVERN_PS1$PS1\nfi\n");
}

static void
prompt_fish(struct buf *out, const struct shell *shell, const struct prompt *prompt,
	    const char *name, bool has_name)
{
	buf_add_text(out, "if functions -q fish_prompt\n"
			  "  if not functions -q _pyenv_old_prompt\n"
			  "    functions -c fish_prompt _pyenv_old_prompt\n"
			  "  end\n"
			  "  function _pyvern_last_status\n"
			  "    return $argv[1]\n"
			  "  end\n"
			  "  function fish_prompt\n"
			  "    set -l _pyvern_status $status\n"
			  "    printf '%s' ");
	quote_whole(out, shell, prompt, name, has_name);
	buf_add_text(out, "\n"
			  "    _pyvern_last_status $_pyvern_status\n"
			  "    _pyenv_old_prompt\n"
			  "  end\n"
			  "end\n");
}

static void
prompt_csh(struct buf *out, const struct shell *shell, const struct prompt *prompt,
	   const char *name, bool has_name)
{
	cleanup_free char *plain = inert(str_from(name), "$`\\!", "%%");

	buf_add_text(out, "test $?prompt != 0 && set _OLD_VIRTUAL_PROMPT = \"$prompt:q\" && "
			  "set prompt = ");
	quote_whole(out, shell, prompt, plain, has_name);
	buf_add_text(out, "\"$prompt:q\";\n");
}

static void
prompt_pwsh(struct buf *out, const struct shell *shell, const struct prompt *prompt,
	    const char *name, bool has_name)
{
	buf_add_text(out, "$function:global:_pyenv_old_prompt = $function:prompt\n"
			  "function global:prompt {\n"
			  "  Write-Host -NoNewline ");
	quote_whole(out, shell, prompt, name, has_name);
	buf_add_text(out, "\n  _pyenv_old_prompt\n}\n");
}

void
activate_code_prompt(struct buf *out, const struct shell *shell, const char *pattern,
		     const char *name)
{
	static void (*const writers[])(struct buf *, const struct shell *, const struct prompt *,
				       const char *, bool) = {
		[SHELL_SH] = prompt_sh,	    [SHELL_FISH] = prompt_fish, [SHELL_CSH] = prompt_csh,
		[SHELL_PWSH] = prompt_pwsh, [SHELL_NU] = NULL,		[SHELL_XONSH] = NULL,
	};
	cleanup_with(prompt_reset) struct prompt prompt = { 0 };

	/* nushell and xonsh show VIRTUAL_ENV in their prompts by themselves, or not. */
	if (!writers[shell->syntax])
		return;
	split_pattern(pattern, &prompt);
	writers[shell->syntax](out, shell, &prompt, name, !pattern || strstr(pattern, PLACE));
}

void
activate_code_prompt_back(struct buf *out, const struct shell *shell)
{
	static const char *const code[] = {
		[SHELL_SH] = "if [ -n \"${_OLD_VIRTUAL_PS1+x}\" ]; then\n"
			     "  PS1=$_OLD_VIRTUAL_PS1\n"
			     "  unset _OLD_VIRTUAL_PS1\n"
			     "fi\n"
			     "if [ -n \"${_PYVERN_PS1-}\" ]; then\n"
			     "  PS1=${PS1#\"$_PYVERN_PS1\"}\n"
			     "  unset _PYVERN_PS1\n"
			     "fi\n",
		[SHELL_FISH] = "if functions -q _pyenv_old_prompt\n"
			       "  functions -e fish_prompt\n"
			       "  functions -c _pyenv_old_prompt fish_prompt\n"
			       "  functions -e _pyenv_old_prompt\n"
			       "end\n",
		[SHELL_CSH] = "test $?_OLD_VIRTUAL_PROMPT != 0 && "
			      "set prompt = \"$_OLD_VIRTUAL_PROMPT:q\" && "
			      "unset _OLD_VIRTUAL_PROMPT;\n",
		[SHELL_PWSH] = "if (Test-Path function:_pyenv_old_prompt) {\n"
			       "  $function:global:prompt = $function:_pyenv_old_prompt\n"
			       "  Remove-Item function:_pyenv_old_prompt\n"
			       "}\n",
		[SHELL_NU] = "",
		[SHELL_XONSH] = "",
	};

	buf_add_text(out, code[shell->syntax]);
}

void
activate_code_leave_foreign(struct buf *out, const struct shell *shell)
{
	static const char *const code[] = {
		[SHELL_SH] = "if [ -n \"${_OLD_VIRTUAL_PATH+x}\" ]; then\n"
			     "  PATH=$_OLD_VIRTUAL_PATH\n"
			     "  export PATH\n"
			     "  unset _OLD_VIRTUAL_PATH\n"
			     "  unset -f deactivate 2>/dev/null || :\n"
			     "fi\n"
			     "if [ -n \"${_OLD_VIRTUAL_PYTHONHOME+x}\" ]; then\n"
			     "  PYTHONHOME=$_OLD_VIRTUAL_PYTHONHOME\n"
			     "  export PYTHONHOME\n"
			     "  unset _OLD_VIRTUAL_PYTHONHOME\n"
			     "fi\n",
		[SHELL_FISH] =
			"if set -q _OLD_VIRTUAL_PATH\n"
			"  set -gx PATH $_OLD_VIRTUAL_PATH\n"
			"  set -e _OLD_VIRTUAL_PATH\n"
			"  functions -e deactivate\n"
			"end\n"
			"if set -q _OLD_VIRTUAL_PYTHONHOME\n"
			"  set -gx PYTHONHOME $_OLD_VIRTUAL_PYTHONHOME\n"
			"  set -e _OLD_VIRTUAL_PYTHONHOME\n"
			"end\n"
			"if set -q _OLD_FISH_PROMPT_OVERRIDE; and functions -q _old_fish_prompt\n"
			"  set -e _OLD_FISH_PROMPT_OVERRIDE\n"
			"  functions -e fish_prompt\n"
			"  functions -c _old_fish_prompt fish_prompt\n"
			"  functions -e _old_fish_prompt\n"
			"end\n",
		[SHELL_CSH] = "test $?_OLD_VIRTUAL_PATH != 0 && "
			      "setenv PATH \"$_OLD_VIRTUAL_PATH:q\" && unset _OLD_VIRTUAL_PATH && "
			      "unalias deactivate;\n"
			      "test $?_OLD_VIRTUAL_PYTHONHOME != 0 && "
			      "setenv PYTHONHOME \"$_OLD_VIRTUAL_PYTHONHOME:q\" && "
			      "unset _OLD_VIRTUAL_PYTHONHOME;\n",
		[SHELL_PWSH] = "if (Test-Path function:deactivate) { deactivate }\n",
		[SHELL_NU] = "",
		[SHELL_XONSH] = "",
	};

	buf_add_text(out, code[shell->syntax]);
}

void
activate_code_source(struct buf *out, const struct shell *shell, const char *path)
{
	static const char *const words[] = {
		[SHELL_SH] = ". ", [SHELL_FISH] = "source ", [SHELL_CSH] = "source ",
		[SHELL_PWSH] = "", [SHELL_NU] = "",	     [SHELL_XONSH] = "",
	};

	if (!*words[shell->syntax])
		return;
	buf_add_text(out, words[shell->syntax]);
	shell->quote(out, path);
	buf_add_text(out, shell->syntax == SHELL_CSH ? ";\n" : "\n");
}

void
activate_code_status(struct buf *out, const struct shell *shell, bool ok)
{
	if (shell->syntax == SHELL_SH || shell->syntax == SHELL_FISH)
		buf_add_text(out, ok ? "true\n" : "false\n");
}
