#!/bin/sh
# SPDX-License-Identifier: MIT
# make bench: ratios against peers and limits measured in the same run.
#
# usage: run.sh STAGE SOURCE   (an installed tree, the source tree)
# LOOKUP: the program that looks up one request in a catalogue.
# ROUNDS: rounds of each table (default 200). PYENV: a pyenv program to compare
# with (default: the one on PATH, if any that is not ours).
set -eu

stage=$1
source=$2
rounds=${ROUNDS:-200}
# Rounds of tables with programs that take a hundred times as long.
few=$((rounds / 20 + 1))
work=$(mktemp -d "${TMPDIR:-/tmp}/pyvern-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

unset PYENV_VERSION PYVERN_VERSION PYENV_DIR PYVERN_DIR VIRTUAL_ENV PYVERN_ROOT
cc=${CC:-cc}
bare="-static -nostdlib -ffreestanding -fno-stack-protector"
$cc -O2 -o "$work/rounds" "$source/tests/bench/rounds.c"
# shellcheck disable=SC2086 # words
{
	$cc -O2 $bare -o "$work/nothing" "$source/tests/bench/nothing.c"
	$cc -O2 $bare -o "$work/limit" "$source/tests/bench/limit.c"
	$cc -O2 $bare -DWITH_PIN -o "$work/limit-pin" "$source/tests/bench/limit.c"
}
$cc -O2 -static -DWITH_LIBC -DWITH_PIN -o "$work/limit-libc" "$source/tests/bench/limit.c"

# Versions, each with an interpreter that does nothing and 60 other commands.
make_root() { # DIR COUNT
	mkdir -p "$1/versions" "$1/shims"
	n=0
	while [ "$n" -lt "$2" ]; do
		bin=$1/versions/3.$((n / 10 + 5)).$((n % 10))/bin
		mkdir -p "$bin"
		ln "$work/nothing" "$bin/python"
		i=0
		while [ "$i" -lt 60 ]; do
			ln "$work/nothing" "$bin/command-$i"
			i=$((i + 1))
		done
		n=$((n + 1))
	done
	echo 3.5.1 >"$1/version"
}

make_root "$work/root" 9
make_root "$work/many" 100
deep=$work/project/a/b/c/d/e/f/g/h/i
mkdir -p "$deep"
echo 3.5.2 >"$work/project/.python-version"

export PYENV_ROOT="$work/root"
"$stage/bin/pyvern" rehash 2>/dev/null
PYENV_ROOT="$work/many" "$stage/bin/pyvern" rehash 2>/dev/null
python=$work/root/versions/3.5.2/bin/python
pyenv=${PYENV:-$(command -v pyenv || true)}
case $(readlink -f "$pyenv" || true) in
*/pyvern) pyenv= ;;
esac

# Versions and pins are the same for all, 10 folders up; the last column compares
# with the least that any shim without a C library does.
cd "$deep"
"$work/rounds" "$rounds" "dispatch: python, pinned 10 folders up" \
	"the interpreter itself" "$python" \; \
	"execve alone, no C library" "$work/limit" "$python" \; \
	"*least shim (pin, execve), no C library" "$work/limit-pin" "$work/root" python \; \
	"pyvern shim" "$work/root/shims/python" \; \
	"pyvern shim, PYENV_VERSION" PYENV_VERSION=3.5.2 "$work/root/shims/python" \; \
	"least shim (pin, execve), static C library" "$work/limit-libc" "$work/root" python \; \
	"true" true
[ -n "$pyenv" ] || echo "no pyenv on this machine (PYENV=PROGRAM): not compared"

# Add a row: pyvern with the words given, and pyenv with the same, where there is one.
row() { # NAME WORD...
	name=$1
	shift
	set -- "$name" PYENV_ROOT="$ours" "$stage/bin/pyvern" "$@" \; ${pyenv:+"=$name" \
		PYENV_ROOT="$theirs" "$pyenv" "$@" \;}
	add "$@"
}

# Lists of words are kept in a file: a shell has one such list, and its own.
add() {
	for word; do
		printf '%s\n' "$word"
	done >>"$work/rows"
}

# Run what was added, behind the reference in the words given.
run_rows() { # ROUNDS TITLE WORD...
	while IFS= read -r word; do
		set -- "$@" "$word"
	done <"$work/rows"
	"$work/rounds" "$@"
	rm "$work/rows"
}

# Everything that people and programs ask all day, pinned 10 folders up.
everyday() { # ROUNDS OURS THEIRS TITLE
	ours=$2
	theirs=$3
	for words in version version-name version-file version-origin versions "versions --bare" \
		"which python" "whence python" prefix "prefix 3.5.2" local global "latest 3.5" \
		shims commands "hooks exec" "init - bash" help root rehash; do
		# shellcheck disable=SC2086 # words
		row "$words" $words
	done
	row "exec python" exec python
	add "shim: python" "$ours/shims/python" \;
	[ -z "$pyenv" ] || add "=shim: python" "$theirs/shims/python" \;
	run_rows "$1" "$4" "true" true \;
	# Each time anew: emptying the folder is a shell's and rm's work.
	# shellcheck disable=SC2016 # that shell expands
	{
		add "rehash, from no shims" PYENV_ROOT="$ours" sh -c \
			'rm -r "$PYENV_ROOT/shims" && exec "$@"' sh "$stage/bin/pyvern" rehash \;
		[ -z "$pyenv" ] || add "=rehash, from no shims" PYENV_ROOT="$theirs" sh -c \
			'rm -r "$PYENV_ROOT/shims" && exec "$@"' sh "$pyenv" rehash \;
		run_rows "$1" "$4" "sh, true" sh -c 'rm -rf "$0/nothing" && exec true' "$work" \;
	}
}

# Two roots alike: each tool's rehash removes the other's shims.
compare_commands() { # ROUNDS ROOT TITLE
	# shellcheck disable=SC2086 # two words or one
	for root in "$2" ${pyenv:+"$2-pyenv"}; do
		[ "$root" = "$2" ] || cp -R "$2" "$root"
	done
	[ -z "$pyenv" ] || PYENV_ROOT=$2-pyenv "$pyenv" rehash
	# A rehash trusts what it saw when it is some seconds older than the change.
	sleep 3
	PYENV_ROOT=$2 "$stage/bin/pyvern" rehash
	everyday "$1" "$2" "$2-pyenv" "$3"
}
if [ -n "$pyenv" ]; then compared=$few; else compared=$rounds; fi
compare_commands "$compared" "$work/root" "commands, 9 versions x 61 commands"
compare_commands "$((compared / 4 + 1))" "$work/many" "commands, 100 versions x 61 commands"

# What a shell's start takes longer with `init -`, beside one with an empty file.
shell_start() { # SHELL
	command -v "$1" >/dev/null || return 0
	for what in empty pyvern ${pyenv:+pyenv}; do
		mkdir -p "$work/start/$what/fish"
		program=$stage/bin/pyvern
		[ "$what" != pyenv ] || program=$pyenv
		case $what-$1 in
		empty-*) line= ;;
		*-fish) line="$program init - fish | source" ;;
		*) line="eval \"\$($program init - $1)\"" ;;
		esac
		for file in bashrc .zshrc fish/config.fish; do
			echo "$line" >"$work/start/$what/$file"
		done
		name="$1, $what"
		[ "$what" != empty ] || name="$1, an empty file"
		[ "$what" != pyenv ] || name="=$name"
		root=$work/root
		[ "$what" != pyenv ] || root=$work/root-pyenv
		case $1 in
		bash) add "$name" PYENV_ROOT="$root" bash --rcfile "$work/start/$what/bashrc" -i -c exit \; ;;
		zsh) add "$name" PYENV_ROOT="$root" ZDOTDIR="$work/start/$what" zsh -d -i -c exit \; ;;
		fish) add "$name" PYENV_ROOT="$root" XDG_CONFIG_HOME="$work/start/$what" fish -i -c exit \; ;;
		esac
	done
	run_rows "$((rounds / 4 + 1))" "start of $1, with \`init -\`"
}
export HOME="$work/home"
mkdir -p "$HOME"
for shell in bash zsh fish; do
	shell_start "$shell"
done

# The prompt hook where nothing changed, a thousand times in one shell, beside a
# function that does nothing. The ratio says little where the empty one is so short:
# the difference of the two, by a thousand, is what a prompt costs.
prompt_hook() { # SHELL ROOT TITLE [DIRECTORY]
	command -v "$1" >/dev/null || return 0
	case $1 in
	bash) options=--norc ;;
	*) options=-f ;;
	esac
	# shellcheck disable=SC2016 # that shell expands
	{
		printf 'export PYENV_ROOT=%s\n' "$2"
		echo 'eval "$("$STAGE/bin/pyvern" init - '"$1"')"'
		echo 'eval "$("$STAGE/bin/pyvern" virtualenv-init - '"$1"')"'
		printf 'cd %s\n' "${4:-.}"
		echo 'nothing() { local status_before=$?; return $status_before; }'
		echo '_pyvern_hook; _PYVERN_NEXT=0; _pyvern_hook'
		echo 'for ((i = 0; i < 1000; i++)); do $CALL; done'
		# Its status is that of whatever was before the first call.
		echo 'exit 0'
	} >"$work/prompt.$1"
	STAGE=$stage PATH=$stage/bin:$PATH "$work/rounds" "$few" "$3" \
		"*an empty function" CALL=nothing "$1" "$options" "$work/prompt.$1" \; \
		"the prompt hook" CALL=_pyvern_hook "$1" "$options" "$work/prompt.$1"
}
# A project with an environment that was made here, five folders up.
mkdir -p "$work/shop/a/b/c/d/e" "$work/root/versions/3.5.2/lib/python3.5" \
	"$work/root/versions/3.5.2/include/python3.5"
touch "$work/root/versions/3.5.2/lib/python3.5/os.py"
echo '#define PY_VERSION "3.5.2"' >"$work/root/versions/3.5.2/include/python3.5/patchlevel.h"
PYENV_ROOT="$work/root" "$stage/bin/pyvern" venv -q -p 3.5.2 --without-pip "$work/shop/.venv" ||
	echo "no environment for the prompt hook"
for shell in bash zsh; do
	prompt_hook "$shell" "$work/root" "$shell: 1000 prompts, nothing changed, 9 versions"
	prompt_hook "$shell" "$work/root" "$shell: 1000 prompts in a project's .venv, nothing changed" \
		"$work/shop/a/b/c/d/e"
	prompt_hook "$shell" "$work/many" "$shell: 1000 prompts, nothing changed, 100 versions"
done

# One file of 6,000 lines that is read whole, as a user's own is, and the shipped ones.
make_catalog() { # FILE
	awk 'BEGIN {
		print "# pyvern catalogue 1"
		digest = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
		url = "https://releases.example.org/python-builds/releases/download"
		for (minor = 0; minor < 30; minor++)
			for (patch = 0; patch < 50; patch++) {
				v = "3." minor "." patch
				printf "cpython\t%s\t\tsource\t\t\t\t\t\t%s/Python-%s.tgz\t%s\t22000000\n",
					v, url, v, digest
				for (level = 2; level < 5; level++)
					printf "cpython\t%s\t\tstandalone\tlinux\tx86_64\tgnu\tv%d\t20260821\t%s/" \
						"20260821/cpython-%s+20260821-x86_64_v%d-unknown-linux-gnu-" \
						"install_only_stripped.tar.gz\t%s\t28400000\n",
						v, level, url, v, level, digest
			}
	}' >"$1"
}

if [ -n "${LOOKUP:-}" ]; then
	mkdir -p "$work/share/catalog"
	file=$work/share/catalog/big.tsv
	make_catalog "$file"
	mkdir -p "$work/small/catalog"
	sed -n 1,2p "$file" >"$work/small/catalog/small.tsv"
	"$work/rounds" "$rounds" "looking up in a catalogue of $(($(wc -l <"$file") - 1)) lines" \
		"a process that does nothing" "$work/nothing" \; \
		"*grep, one version" grep -E "^cpython.3[.]13[.]7.*source" "$file" \; \
		"grep -c, all sources" grep -cE "^cpython.3[.][0-9.]+.*source" "$file" \; \
		"(the look-up program, one line)" "$LOOKUP" "$work/small" 3.13 \; \
		"look-up of 3.13" "$LOOKUP" "$work/share" 3.13 \; \
		"look-up of latest" "$LOOKUP" "$work/share" latest \; \
		"look-up of 3.31, nearest names" "$LOOKUP" "$work/share" 3.31
	# What counts: beyond the look-up program with one line, one look-up in all that is
	# shipped, opening included.
	lines=$(cat "$source"/share/catalog/*.tsv | wc -l)
	"$work/rounds" "$rounds" "looking up in the shipped catalogue, $lines lines" \
		"a process that does nothing" "$work/nothing" \; \
		"*(the look-up program, one line)" "$LOOKUP" "$work/small" 3.13 \; \
		"a build of 3.13" "$LOOKUP" "$source/share" 3.13 build \; \
		"a build of latest" "$LOOKUP" "$source/share" latest build \; \
		"a source of 3.13" "$LOOKUP" "$source/share" 3.13 \; \
		"a build of pypy3.11" "$LOOKUP" "$source/share" pypy3.11 build \; \
		"3.31, nearest names" "$LOOKUP" "$source/share" 3.31 build
fi
