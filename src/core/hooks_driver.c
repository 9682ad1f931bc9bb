/* SPDX-License-Identifier: MIT */
/* The bash text in which hooks run. */
#include <config.h>

#include "core/hooks_internal.h"

/*
 * Words: what to do first, each with what belongs to it, then "--", then the
 * positional parameters that hooks see.
 *
 *	/FILE			source it
 *	=NAME VALUE		set a variable (one that was exported stays so)
 *	-NAME			unset it
 *	+NAME			export it
 *	@NAME COUNT VALUE...	an array
 *	?NAME			hand it back; ?NAME[] an array, ?NAME{} the keys
 *				of a map (in bash 3, which has none, the words of a text)
 *	^NAME VALUE, ~NAME	before our program runs: set and export, unset
 *	:POINT			the command whose hooks these are
 *	%TEXT			what was put in front of PATH
 *
 * All own names begin with _pyvern, but for those that hooks see in pyenv: scripts,
 * script, OLDIFS, before_hooks, after_hooks, hook. Hooks are sourced outside of any
 * function, because `declare` means something else within one; with `set -e`, as in
 * pyenv. Written for bash 3.2, which macOS has.
 */
const char hooks_driver[] =
	/* An array is assigned by eval: its name is a constant of ours, its values
	 * stay parameters. */
	"_pyvern_wanted=() _pyvern_undo=() _pyvern_point= _pyvern_front= scripts=()\n"
	"while [ \"$1\" != -- ]; do\n"
	"	case $1 in\n"
	"	/*) scripts+=(\"$1\") ;;\n"
	"	=*) printf -v \"${1#?}\" %s \"$2\"; shift ;;\n"
	"	-*) unset -v \"${1#?}\" ;;\n"
	"	+*) export \"${1#?}\" ;;\n"
	"	@*) eval \"${1#?}\"'=(\"${@:3:$2}\")'; shift $(($2 + 1)) ;;\n"
	"	'?'*) _pyvern_wanted+=(\"${1#?}\") ;;\n"
	"	'^'*) _pyvern_undo+=(\"$1\" \"$2\"); shift ;;\n"
	"	'~'*) _pyvern_undo+=(\"$1\" '') ;;\n"
	"	:*) _pyvern_point=${1#?} ;;\n"
	"	%*) _pyvern_front=${1#?} ;;\n"
	"	esac\n"
	"	shift\n"
	"done\n"
	"shift\n"
	/* What is wanted, each record ended by NUL. Options that would make a noise
	 * or stop at what is unset are off from here on. */
	"_pyvern_report() {\n"
	"	set +ux\n"
	"	local _pyvern_name _pyvern_values\n"
	"	for _pyvern_name in \"${_pyvern_wanted[@]}\"; do\n"
	"		case $_pyvern_name in\n"
	"		*'[]' | *'{}')\n"
	"			_pyvern_values=()\n"
	"			case $_pyvern_name in\n"
	"			*'[]') eval '_pyvern_values=(\"${'\"${_pyvern_name%??}\"'[@]}\")' "
	";;\n"
	"			*)\n"
	"				if ((BASH_VERSINFO[0] > 3)); then\n"
	"					eval "
	"'_pyvern_values=(\"${!'\"${_pyvern_name%??}\"'[@]}\")'\n"
	"				else\n"
	"					_pyvern_name=${_pyvern_name%??}\n"
	"					IFS=' ' read -r -a _pyvern_values "
	"<<<\"${!_pyvern_name}\"\n"
	"					_pyvern_name=$_pyvern_name'{}'\n"
	"				fi ;;\n"
	"			esac\n"
	"			printf '%s[]=%s\\0' \"${_pyvern_name%??}\" "
	"\"${#_pyvern_values[@]}\"\n"
	"			if [ \"${#_pyvern_values[@]}\" -gt 0 ]; then\n"
	"				printf '%s\\0' \"${_pyvern_values[@]}\"\n"
	"			fi ;;\n"
	"		*)\n"
	"			if [ -n \"${!_pyvern_name+set}\" ]; then\n"
	"				printf '%s=%s\\0' \"$_pyvern_name\" \"${!_pyvern_name}\"\n"
	"			else\n"
	"				printf '%s\\0' \"$_pyvern_name\"\n"
	"			fi ;;\n"
	"		esac\n"
	"	done\n"
	"} >&200\n"
	/* A hook that ends the shell: what it has set so far is handed back, too. */
	"_pyvern_left() {\n"
	"	_pyvern_status=$?\n"
	"	set +e\n"
	"	_pyvern_report\n"
	"	printf '!%s\\0' \"$_pyvern_status\" >&200\n"
	"}\n"
	"case $_pyvern_point in\n"
	"install | uninstall | virtualenv | activate | deactivate)\n"
	"	declare -a before_hooks after_hooks\n"
	"	eval \"before_$_pyvern_point() {\"' before_hooks[${#before_hooks[@]}]=\"$1\"; }'\n"
	"	eval \"after_$_pyvern_point() {\"' after_hooks[${#after_hooks[@]}]=\"$1\"; }' ;;\n"
	"rehash)\n"
	"	shopt -s nullglob\n"
	"	make_shims() {\n"
	"		local file\n"
	"		for file; do register_shim \"${file##*/}\"; done\n"
	"	}\n"
	/* A map where bash has them, a text with blanks where not: hooks look for
	 * both. */
	"	_pyvern_shims=(\"$@\")\n"
	"	set --\n"
	"	if ((BASH_VERSINFO[0] > 3)); then\n"
	"		declare -A registered_shims\n"
	"		register_shim() { registered_shims[\"$1\"]=1; }\n"
	"	else\n"
	"		registered_shims=' '\n"
	"		register_shim() { registered_shims=\"$registered_shims$1 \"; }\n"
	"	fi\n"
	"	for _pyvern_name in \"${_pyvern_shims[@]}\"; do register_shim \"$_pyvern_name\"; "
	"done\n"
	"	unset _pyvern_shims _pyvern_name ;;\n"
	"esac\n"
	"OLDIFS=$IFS _pyvern_found=$PYENV_COMMAND_PATH\n"
	"if [ \"$_pyvern_point\" != exec ]; then trap _pyvern_left EXIT; fi\n"
	"set -e\n"
	"if [ -n \"$PYENV_DEBUG\" ]; then set -x; fi\n"
	"for script in \"${scripts[@]}\"; do source \"$script\"; done\n"
	"if [ \"$_pyvern_point\" = exec ]; then\n"
	"	shift\n"
	/* A program that a hook has put in the place of ours is a part of the hook:
	 * it calls pyenv-which and its like, as pyenv's own pip-rehash does. */
	"	if [ \"$PYENV_COMMAND_PATH\" = \"$_pyvern_found\" ]; then\n"
	"		PATH=${PATH/\"$_pyvern_front\"}\n"
	"		for ((_pyvern_i = 0; _pyvern_i < ${#_pyvern_undo[@]}; _pyvern_i += 2)); "
	"do\n"
	"			case ${_pyvern_undo[_pyvern_i]} in\n"
	"			'^'*) export "
	"\"${_pyvern_undo[_pyvern_i]#?}=${_pyvern_undo[_pyvern_i + 1]}\" ;;\n"
	"			*) unset -v \"${_pyvern_undo[_pyvern_i]#?}\" ;;\n"
	"			esac\n"
	"		done\n"
	"	fi\n"
	"	case $PYENV_BIN_PATH in\n"
	"	\"$PYENV_ROOT\"*)\n"
	"		case $PATH: in\n"
	"		\"$PYENV_BIN_PATH\":*) ;;\n"
	"		*) export PATH=\"$PYENV_BIN_PATH:$PATH\" ;;\n"
	"		esac ;;\n"
	"	esac\n"
	"	exec \"$PYENV_COMMAND_PATH\" \"$@\"\n"
	"fi\n"
	"_pyvern_report\n"
	"printf '.\\0' >&200\n"
	/* What is asked for later, until we hang up: variables, then a moment. */
	"while IFS= read -r -d '' -u 200 _pyvern_word; do\n"
	"	case $_pyvern_word in\n"
	"	=*)\n"
	"		IFS= read -r -d '' -u 200 _pyvern_value\n"
	"		printf -v \"${_pyvern_word#?}\" %s \"$_pyvern_value\" ;;\n"
	"	-*) unset -v \"${_pyvern_word#?}\" ;;\n"
	"	before)\n"
	"		for hook in \"${before_hooks[@]}\"; do eval \"$hook\"; done\n"
	"		_pyvern_report\n"
	"		printf '.\\0' >&200 ;;\n"
	"	after)\n"
	"		for hook in \"${after_hooks[@]}\"; do eval \"$hook\"; done\n"
	"		_pyvern_report\n"
	"		printf '.\\0' >&200 ;;\n"
	"	esac\n"
	"done\n";
