/* SPDX-License-Identifier: MIT */
/* The prompt hook: code that `init` and `virtualenv-init` print. */
#include <config.h>

#include "cmd/hook_code.h"

#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "base/shell.h"
#include "core/hooks.h"
#include "venv/registry.h"

struct hook_code {
	const struct layout *layout;
	const struct policy *policy;
	const char *program; /* called so */
	char *changed;	     /* see @C; NULL: no `.venv` is entered */
	bool always_looks;   /* foreign hooks choose versions by what nobody knows */
};

/*
 * Places in the code: @R the root, @P the names of pin files, @C the file that is another
 * one after each change of the registry, each as literals of the shell; @T a test for any
 * pin file; @V the look at a `.venv`, where they are entered; @N the program's name; @@ an @.
 *
 * Every command that may fail stands in a condition: shells with `set -e` draw prompts,
 * too. `$((` is not used, so that no look at this code takes it for a process.
 */

/* bash and zsh: sets _pyvern_new and _pyvern_seen. Of a pyproject.toml only that it is
 * there: it never names an environment, but where it asks, the global file does not. */
static const char sh_look[] =
	"  local _pyvern_file _pyvern_dir _pyvern_line\n"
	"  _pyvern_new= _pyvern_seen=\n"
	"  if [[ ! -e @R/.rehashed || @R/versions -nt @R/.rehashed ]]; then\n"
	"    _pyvern_new=1\n"
	"  else\n"
	"    for _pyvern_dir in @R/versions/*; do\n"
	"      if [[ $_pyvern_dir/bin -nt @R/.rehashed ]]; then _pyvern_new=1; break; fi\n"
	"    done\n"
	"  fi\n"
	"  if [[ -z ${_PYVERN_FOLLOWS-} || -n ${PYVERN_VERSION-}${PYENV_VERSION-} ]]; then\n"
	"    return 0\n"
	"  fi\n"
	"  _pyvern_dir=$PWD\n"
	"  while :; do\n"
	"    if [[ @T ]]; then\n"
	"      for _pyvern_file in @P; do\n"
	"        if [[ -f $_pyvern_dir/$_pyvern_file ]]; then\n"
	"          _pyvern_seen=$_pyvern_seen:$_pyvern_dir/$_pyvern_file:\n"
	"          _pyvern_read \"$_pyvern_dir/$_pyvern_file\"\n"
	"        fi\n"
	"      done\n"
	"      if [[ -f $_pyvern_dir/pyproject.toml ]]; then\n"
	"        _pyvern_seen=$_pyvern_seen:$_pyvern_dir:\n"
	"      fi\n"
	"@V"
	"    fi\n"
	"    if [[ $_pyvern_dir != */* ]]; then break; fi\n"
	"    _pyvern_dir=${_pyvern_dir%/*}\n"
	"  done\n"
	"  _pyvern_seen=$_pyvern_seen::\n"
	"  _pyvern_read @R/version\n"
	"  return 0\n"
	"}\n"
	"_pyvern_read() {\n";

/* Of a `.venv` only that it is there, and whether that is newer than what is known of all:
 * who may be entered is asked of the registry, by the program. Nothing in it is read. */
static const char sh_look_venv[] = "      if [[ -f $_pyvern_dir/.venv/pyvenv.cfg ]]; then\n"
				   "        _pyvern_seen=$_pyvern_seen:$_pyvern_dir/.venv:\n"
				   "        if [[ $_pyvern_dir/.venv/pyvenv.cfg -nt @C ]]; then\n"
				   "          _pyvern_seen=${_pyvern_seen}newer:\n"
				   "        fi\n"
				   "        _pyvern_read @C\n"
				   "      fi\n";

static const char fish_look_venv[] =
	"        if test -f \"$_pyvern_dir/.venv/pyvenv.cfg\"\n"
	"          set -a _pyvern_seen \"$_pyvern_dir/.venv\" "
	"(path mtime -- \"$_pyvern_dir/.venv/pyvenv.cfg\" 2>/dev/null)\n"
	"          if test -r @C\n"
	"            read -z _pyvern_text <@C\n"
	"            set -a _pyvern_seen \"$_pyvern_text\"\n"
	"          end\n"
	"        end\n";

static const char xonsh_look_venv[] =
	"        seen += [(folder, mtime(folder + '/.venv/pyvenv.cfg'), text(@C))]\n";

/* A pin has at most 64 words; what comes after as many lines is no pin's business. */
static const char sh_read[] = "  local _pyvern_n=\n"
			      "  if [ ! -r \"$1\" ]; then return 0; fi\n"
			      "  while IFS= read -r _pyvern_line || [ -n \"$_pyvern_line\" ]; do\n"
			      "    _pyvern_seen=$_pyvern_seen$_pyvern_line/\n"
			      "    _pyvern_n=${_pyvern_n}x\n"
			      "    if [ ${#_pyvern_n} -ge 80 ]; then break; fi\n"
			      "  done <\"$1\"\n"
			      "  return 0\n"
			      "}\n";

static const char sh_hook[] =
	"_pyvern_vars() {\n"
	"  _pyvern_is=${PYVERN_VERSION-}:${PYENV_VERSION-}:${VIRTUAL_ENV-}:"
	"${PYVERN_DIR-}:${PYENV_DIR-}:$PATH\n"
	"}\n"
	"_pyvern_hook() {\n"
	"  local _pyvern_status=$? _pyvern_new _pyvern_seen _pyvern_is\n"
	"  _pyvern_look\n"
	"  if [ -z \"$_pyvern_new\" ]; then\n"
	"    _PYVERN_TRIES=\n"
	"  elif [ \"${_PYVERN_TRIES-}\" != xxx ] && "
	"[ \"${SECONDS:-0}\" -ge \"${_PYVERN_NEXT:-0}\" ]; then\n"
	"    _PYVERN_TRIES=${_PYVERN_TRIES-}x\n"
	"    (( _PYVERN_NEXT = SECONDS + 3 )) || :\n"
	"    command @N rehash >/dev/null 2>&1 </dev/null || :\n"
	"    hash -r 2>/dev/null || :\n"
	"    _PYVERN_SEEN=\n"
	"  fi\n"
	"  if [ -n \"${_PYVERN_FOLLOWS-}\" ]; then\n"
	"    _pyvern_vars\n"
	"    if [ \"${_PYVERN_SEEN-}\" != \"=$_pyvern_is=$_pyvern_seen\" ]; then\n"
	"      eval \"$(command @N sh-activate --quiet --follow </dev/null)\" || :\n"
	"      _pyvern_vars\n"
	"      _PYVERN_SEEN=\"=$_pyvern_is=$_pyvern_seen@A\"\n"
	"    fi\n"
	"  fi\n"
	"  return $_pyvern_status\n"
	"}\n";

/* bash: a first element before what is there, whether that is a text or a list.
 * failglob would make an empty versions/ an error. */
static const char bash_before[] = "_pyvern_look() {\n"
				  "  if shopt -q failglob; then\n"
				  "    shopt -u failglob\n"
				  "    _pyvern_look_now || :\n"
				  "    shopt -s failglob\n"
				  "  else\n"
				  "    _pyvern_look_now || :\n"
				  "  fi\n"
				  "}\n"
				  "_pyvern_look_now() {\n";
static const char bash_after[] =
	"case \";${PROMPT_COMMAND[*]-};\" in\n"
	"*_pyvern_hook*) ;;\n"
	"*) PROMPT_COMMAND=\"_pyvern_hook${PROMPT_COMMAND:+;$PROMPT_COMMAND}\" ;;\n"
	"esac\n";

/* zsh: the options of the user's do not change what the look means; the code of an
 * activation is evaluated with them. */
static const char zsh_before[] = "_pyvern_look() {\n"
				 "  emulate -L zsh\n"
				 "  setopt null_glob\n";
static const char zsh_read_before[] = "  emulate -L zsh\n";
static const char zsh_after[] = "typeset -g -a precmd_functions\n"
				"if [[ ${precmd_functions[(Ie)_pyvern_hook]} -eq 0 ]]; then\n"
				"  precmd_functions=(_pyvern_hook $precmd_functions)\n"
				"fi\n";

static const char fish_code[] =
	"function _pyvern_hook --on-event fish_prompt\n"
	"  set -l _pyvern_status $status\n"
	"  set -l _pyvern_new\n"
	"  set -l _pyvern_mark (path mtime -- @R/.rehashed 2>/dev/null)\n"
	"  if test -z \"$_pyvern_mark\"\n"
	"    set _pyvern_new 1\n"
	"  else\n"
	"    for _pyvern_time in (path mtime -- @R/versions @R/versions/*/bin 2>/dev/null)\n"
	"      if test $_pyvern_time -gt $_pyvern_mark\n"
	"        set _pyvern_new 1\n"
	"        break\n"
	"      end\n"
	"    end\n"
	"  end\n"
	"  if test -z \"$_pyvern_new\"\n"
	"    set -g _PYVERN_TRIES\n"
	"  else if test (count $_PYVERN_TRIES) -lt 3\n"
	"    set -g _PYVERN_TRIES $_PYVERN_TRIES x\n"
	"    command @N rehash >/dev/null 2>&1 </dev/null\n"
	"    set -g _PYVERN_SEEN\n"
	"  end\n"
	"  if set -q _PYVERN_FOLLOWS\n"
	"    set -l _pyvern_seen\n"
	"    if test -z \"$PYVERN_VERSION$PYENV_VERSION\"\n"
	"      set -l _pyvern_dir $PWD\n"
	"      while true\n"
	"        for _pyvern_file in @P\n"
	"          if test -f \"$_pyvern_dir/$_pyvern_file\"; and test -r "
	"\"$_pyvern_dir/$_pyvern_file\"\n"
	"            read -z _pyvern_text <\"$_pyvern_dir/$_pyvern_file\"\n"
	"            set -a _pyvern_seen \"$_pyvern_dir/$_pyvern_file\" \"$_pyvern_text\"\n"
	"          end\n"
	"        end\n"
	"        test -f \"$_pyvern_dir/pyproject.toml\"; and set -a _pyvern_seen $_pyvern_dir\n"
	"@V"
	"        string match -q '*/*' -- \"$_pyvern_dir\"; or break\n"
	"        set _pyvern_dir (string replace -r '/[^/]*$' '' -- \"$_pyvern_dir\" | string "
	"collect)\n"
	"      end\n"
	"      if test -r @R/version\n"
	"        read -z _pyvern_text <@R/version\n"
	"        set -a _pyvern_seen \"$_pyvern_text\"\n"
	"      end\n"
	"    end\n"
	"    set -l _pyvern_key \"$PYVERN_VERSION:$PYENV_VERSION:$VIRTUAL_ENV:$PYENV_DIR:$PATH\" "
	"$_pyvern_seen\n"
	"    if test \"$_PYVERN_SEEN\" != \"$_pyvern_key\"\n"
	"      command @N sh-activate --quiet --follow </dev/null | source\n"
	"      set _pyvern_key \"$PYVERN_VERSION:$PYENV_VERSION:$VIRTUAL_ENV:$PYENV_DIR:$PATH\" "
	"$_pyvern_seen\n"
	"      set -g _PYVERN_SEEN $_pyvern_key@A\n"
	"    end\n"
	"  end\n"
	"  return $_pyvern_status\n"
	"end\n";

static const char xonsh_code[] =
	"@@events.on_pre_prompt\n"
	"def _pyvern_hook(**_):\n"
	"    import glob, os, subprocess\n"
	"    env = __xonsh__.env\n"
	"    ctx = __xonsh__.ctx\n"
	"    def mtime(path):\n"
	"        try:\n"
	"            return os.stat(path).st_mtime_ns\n"
	"        except OSError:\n"
	"            return -1\n"
	"    def text(path):\n"
	"        try:\n"
	"            with open(path, 'rb') as file:\n"
	"                return file.read(8192)\n"
	"        except OSError:\n"
	"            return None\n"
	"    def call(*words):\n"
	"        return subprocess.run(['@N', *words], env=env.detype(), text=True,\n"
	"                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,\n"
	"                              stderr=subprocess.DEVNULL).stdout\n"
	"    def variables():\n"
	"        return [env.get(name, '') for name in\n"
	"                ('PYVERN_VERSION', 'PYENV_VERSION', 'VIRTUAL_ENV', 'PYENV_DIR')] + "
	"[list(env['PATH'])]\n"
	"    mark = mtime(@R + '/.rehashed')\n"
	"    places = [@R + '/versions'] + glob.glob(glob.escape(@R) + '/versions/*/bin')\n"
	"    if any(mtime(place) > mark for place in places):\n"
	"        if ctx.get('_PYVERN_TRIES', 0) < 3:\n"
	"            ctx['_PYVERN_TRIES'] = ctx.get('_PYVERN_TRIES', 0) + 1\n"
	"            call('rehash')\n"
	"            ctx['_PYVERN_SEEN'] = None\n"
	"    else:\n"
	"        ctx['_PYVERN_TRIES'] = 0\n"
	"    if not ctx.get('_PYVERN_FOLLOWS'):\n"
	"        return\n"
	"    seen = [text(@R + '/version')]\n"
	"    folder = env['PWD']\n"
	"    while True:\n"
	"        seen += [(folder, name, text(folder + '/' + name)) for name in (@P,)\n"
	"                 if os.path.isfile(folder + '/' + name)]\n"
	"        seen += [os.path.isfile(folder + '/pyproject.toml')]\n"
	"@V"
	"        if not folder:\n"
	"            break\n"
	"        folder = folder.rpartition('/')[0]\n"
	"    if ctx.get('_PYVERN_SEEN') != [variables(), seen]:\n"
	"        execx(call('sh-activate', '--quiet', '--follow'))\n"
	"        ctx['_PYVERN_SEEN'] = [variables(), seen]@A\n";

static const char *const pin_names[] = { ".python-version", ".python-versions", ".tool-versions" };

static size_t
pin_count(const struct hook_code *hook)
{
	return hook->policy->reads_all_pins ? sizeof(pin_names) / sizeof(*pin_names) : 1;
}

static void
add_names(struct buf *out, const struct shell *shell, const struct hook_code *hook)
{
	for (size_t i = 0; i < pin_count(hook); i++) {
		if (i)
			buf_add_text(out, shell->syntax == SHELL_XONSH ? ", " : " ");
		shell->quote(out, pin_names[i]);
	}
}

/* One test for all: most folders have none of them. */
static void
add_test(struct buf *out, const struct hook_code *hook)
{
	for (size_t i = 0; i < pin_count(hook); i++)
		buf_printf(out, "-f $_pyvern_dir/%s || ", pin_names[i]);
	if (hook->changed)
		buf_add_text(out, "-d $_pyvern_dir/.venv || ");
	buf_add_text(out, "-f $_pyvern_dir/pyproject.toml");
}

/* Only of shells that have a hook. */
static const char *const look_venv[] = {
	[SHELL_SH] = sh_look_venv,
	[SHELL_FISH] = fish_look_venv,
	[SHELL_XONSH] = xonsh_look_venv,
};

static void
fill(struct buf *out, const char *code, const struct shell *shell, const struct hook_code *hook)
{
	for (; *code; code++) {
		if (*code != '@') {
			buf_add_char(out, *code);
			continue;
		}
		switch (*++code) {
		case 'R':
			shell->quote(out, hook->layout->root);
			break;
		case 'P':
			add_names(out, shell, hook);
			break;
		case 'T':
			add_test(out, hook);
			break;
		case 'N':
			buf_add_text(out, hook->program);
			break;
		case 'C':
			shell->quote(out, hook->changed);
			break;
		case 'V':
			if (hook->changed)
				fill(out, look_venv[shell->syntax], shell, hook);
			break;
		case 'A':
			/* Unlike anything that is seen the next time. */
			if (hook->always_looks)
				buf_add_text(out,
					     shell->syntax == SHELL_XONSH ? " + [0]" : " always");
			break;
		default:
			buf_add_char(out, *code);
		}
	}
}

static void
write_sh(struct buf *out, const struct shell *shell, const struct hook_code *hook)
{
	bool is_zsh = strcmp(shell->name, "zsh") == 0;

	buf_add_text(out, is_zsh ? zsh_before : bash_before);
	fill(out, sh_look, shell, hook);
	if (is_zsh)
		buf_add_text(out, zsh_read_before);
	buf_add_text(out, sh_read);
	fill(out, sh_hook, shell, hook);
	buf_add_text(out, is_zsh ? zsh_after : bash_after);
}

bool
hook_code_is_there(const struct shell *shell)
{
	return strcmp(shell->name, "bash") == 0 || strcmp(shell->name, "zsh") == 0 ||
	       shell->syntax == SHELL_FISH || shell->syntax == SHELL_XONSH;
}

static void
hook_code_reset(struct hook_code *hook)
{
	free(hook->changed);
}

void
hook_code_write(struct buf *out, const struct shell *shell, const struct context *ctx, bool follows)
{
	static const char *const follow[] = {
		[SHELL_SH] = "_PYVERN_FOLLOWS=1\n",
		[SHELL_FISH] = "set -g _PYVERN_FOLLOWS 1\n",
		[SHELL_XONSH] = "__xonsh__.ctx['_PYVERN_FOLLOWS'] = True\n",
	};
	cleanup_with(hook_code_reset) struct hook_code hook = {
		.layout = ctx->layout,
		.policy = ctx->policy,
		.program = ctx->called,
	};
	cleanup_strvec struct strvec foreign = { 0 };

	if (!hook_code_is_there(shell))
		return;
	hooks_find(ctx->layout, "version-name", &foreign);
	hook.always_looks = foreign.count > 0;
	if (ctx->policy->enters_venvs)
		hook.changed = registry_changed_file(ctx->layout->root);
	if (hook.changed && !shell_text_ok(hook.changed))
		free(steal_ptr(&hook.changed));
	if (follows)
		buf_add_text(out, follow[shell->syntax]);
	if (shell->syntax == SHELL_SH)
		write_sh(out, shell, &hook);
	else
		fill(out, shell->syntax == SHELL_FISH ? fish_code : xonsh_code, shell, &hook);
}
