#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What the shim must survive, a test each, and what it may cost: counted, not timed.

bats_require_minimum_version 1.5.0
load ../lib/selection

setup() {
	selection_setup
	shims=$PYVERN_ROOT/shims
	pin 3.13.5
	echo 3.12.1 >"$PYVERN_ROOT/version"
	# What is started tells who it is, and what it was given.
	program 3.13.5 show <<<$'#!/bin/sh\necho "$0 $* ${PATH-none}"'
}

# The shim as the root's own, without a word about the root in the environment.
without_root() {
	env -u PYVERN_ROOT -u PYENV_ROOT "$@"
}

@test "the shim survives: no HOME" {
	run env -u HOME "$shims/python"
	is_output 3.13.5
	run env -u HOME -u PYVERN_ROOT "$shims/python"
	is_output 3.13.5
	HOME='' run without_root "$shims/python"
	is_output 3.13.5
	HOME=relative run without_root "$shims/python"
	is_output 3.13.5
}

@test "the shim survives: an empty PATH, none, a relative one" {
	bin=$PYVERN_ROOT/versions/3.13.5/bin
	run env -u PATH "$shims/show" a
	is_output "$bin/show a $bin"
	PATH='' run "$shims/show" a
	is_output "$bin/show a $bin"
	# An empty word in PATH would be the current folder: none is added.
	PATH=: run "$shims/show" a
	is_output "$bin/show a $bin::"
	cd "$T"
	for path in root/shims ./root/shims root/../root/shims:root/shims; do
		PATH=$path PYENV_VERSION=3.13.5 run python
		is_output 3.13.5
		PATH=$path PYENV_VERSION=3.13.5 run without_root_here python
		is_output 3.13.5
		PATH=$path:/usr/bin:/bin PYENV_VERSION=system run -127 timeout 10 root/shims/python
	done
}

# without_root by words of the shell, where PATH has no env.
without_root_here() (
	unset PYVERN_ROOT PYENV_ROOT
	"$@"
)

@test "the shim survives: a current folder that is gone" {
	mkdir gone
	cd gone
	rmdir ../gone
	# The program itself is a shell script here, and its shell complains.
	run --separate-stderr "$shims/python"
	is_output 3.12.1
	[[ $stderr != *pyvern* ]]
	PYENV_VERSION=3.13.5 run --separate-stderr "$shims/python"
	is_output 3.13.5
	PYENV_DIR=$T/project run --separate-stderr "$shims/python"
	is_output 3.13.5
	PATH=$shims:/usr/bin:/bin run --separate-stderr without_root python
	is_output 3.12.1
}

# Folders of 200 characters below the current one until its path has LENGTH.
go_deep() {
	local name
	name=$(printf '%0200d' 0)
	while [ "$(pwd -P | wc -c)" -lt $(($1 - 202)) ]; do
		mkdir -p "$name"
		cd "$name" || return
	done
	name=$(printf "%0$(($1 - $(pwd -P | wc -c)))d" 0)
	mkdir -p "$name"
	cd "$name" || return
	[ "$(pwd -P | wc -c)" -eq $(($1 + 1)) ]
}

@test "the shim survives: paths of 4 KiB" {
	# The pin is found upward from the longest folder that has a path.
	mkdir deep
	cd deep
	go_deep 4095
	run "$shims/python"
	is_output 3.13.5
	# One that is longer has none: as if it were gone.
	mkdir "$(printf '%0200d' 1)"
	cd "$(printf '%0200d' 1)"
	run --separate-stderr "$shims/python"
	is_output 3.12.1
	# A root whose programs still have a path.
	cd "$T"
	mkdir far
	cd far
	go_deep 4050
	mv "$PYVERN_ROOT"/{face,.pyvern,shims,versions} .
	far=$(pwd -P)
	PYENV_VERSION=3.13.5 run without_root "$far/shims/python"
	is_output 3.13.5
	PYENV_VERSION=3.13.5 run env PYVERN_ROOT="$far" "$far/shims/python"
	is_output 3.13.5
	# And one whose programs have none: it says so, and does not start another.
	cd "$T"
	mkdir farther
	cd farther
	go_deep 4075
	mv "$far"/{face,.pyvern,shims,versions} .
	PYENV_VERSION=3.13.5 run -127 without_root ./shims/python
	[[ $output == "pyvern: "* ]]
}

@test "the shim survives: a root that was moved elsewhere" {
	mv "$PYVERN_ROOT" "$T/moved root"
	run without_root "$T/moved root/shims/show" a
	is_output "$T/moved root/versions/3.13.5/bin/show a $T/moved root/versions/3.13.5/bin:$PATH"
	# The environment still names the old one.
	run "$T/moved root/shims/python"
	is_output 3.13.5
	# What the shim hands over goes to the new one, too.
	pin '>=3.12,<3.13'
	PATH="$T/moved root/shims:/usr/bin:/bin" run without_root python
	is_output 3.12.1
}

@test "the shim survives: a link from another folder" {
	mkdir "$T/links" "$T/links/below"
	ln -s "$shims/python" "$T/links/python"
	ln -s ../python "$T/links/below/python3"
	for link in "$T/links/python" "$T/links/below/python3"; do
		run "$link"
		is_output 3.13.5
		run without_root "$link"
		is_output 3.13.5
		PATH=${link%/*}:/usr/bin:/bin run without_root "${link##*/}"
		is_output 3.13.5
	done
	# The system's is behind the link.
	PATH=$T/links:$PATH PYENV_VERSION=system run timeout 10 python
	is_output system
}

@test "the shim survives: scripts that begin with its path" {
	printf '#!%s\n' "$shims/python" >script
	printf '#!%s -s -E\n' "$shims/show" >show
	printf '#!/usr/bin/env python\n' >by-env
	chmod 755 script show by-env
	cp script pip
	cp script 'a script'
	for call in ./script "$PWD/script" ./pip "./a script" ./by-env; do
		run "$call"
		is_output 3.13.5
		run without_root "$call"
		is_output 3.13.5
	done
	PATH=.:$PATH run without_root script
	is_output 3.13.5
	run ./show a
	bin=$PYVERN_ROOT/versions/3.13.5/bin
	is_output "$bin/show -s -E ./show a $bin:$PATH"
}

@test "the shim survives: argc 0, an empty argv[0], a very long one" {
	cat >start.c <<-'C'
		#include <string.h>
		#include <unistd.h>
		extern char **environ;
		static char name[100000];
		int main(int argc, char **argv)
		{
			char *none[] = { NULL };
			char *empty[] = { "", NULL };
			char *other[] = { "no/such/program", NULL };
			char *long_one[] = { name, NULL };
			memset(name, 'x', sizeof(name) - 1);
			execve(argv[1], argc < 3 ? none : *argv[2] == 'e' ? empty : *argv[2] == 'o' ? other :
				long_one, environ);
			return 99;
		}
	C
	$PYVERN_TEST_CC -o start start.c || skip "no compiler"
	for how in "" e o l; do
		# shellcheck disable=SC2086 # no word is none
		run ./start "$shims/python" $how
		is_output 3.13.5
		# shellcheck disable=SC2086
		run without_root ./start "$shims/python" $how
		is_output 3.13.5
	done
}

@test "the shim survives: another user's rights; it refuses" {
	[ "$(id -u)" -eq 0 ] || skip "only root can make a setuid file of another user"
	[ -z "$PYVERN_TEST_SANITIZERS" ] || skip "the leak sanitizer dies in setuid programs"
	command -v setpriv >/dev/null || skip "no setpriv"
	chmod 755 "$T" "$BATS_RUN_TMPDIR" "$PYVERN_ROOT" "$shims"
	for mode in u+s g+s; do
		cp "$shims/.pyvern-shim" "$T/copy"
		chown 12345:12345 "$T/copy"
		chmod "$mode" "$T/copy"
		mv "$T/copy" "$shims/elevated"
		run setpriv --reuid 54321 --regid 54321 --clear-groups "$shims/elevated"
		[ "$status" -eq 126 ]
		is_output "pyvern: will not run with another user's rights (setuid, setgid)"
	done
}

@test "the shim survives: its folder twice on PATH, in several spellings" {
	ln -s "$shims" "$T/shims"
	PATH=$shims:$shims:$shims/:$PYVERN_ROOT//shims:$T/shims:$T/system:$shims:/usr/bin:/bin
	run python
	is_output 3.13.5
	PYENV_VERSION=system run timeout 10 python
	is_output system
	PYENV_VERSION=3.12.1:system run timeout 10 python
	is_output 3.12.1
}

@test "the shim survives: itself found as the system's Python" {
	mkdir "$T/a" "$T/b" "$T/c"
	ln -s "$shims/python" "$T/a/python"
	ln "$shims/.pyvern-shim" "$T/b/python"
	cp "$shims/.pyvern-shim" "$T/c/python"
	for folder in a b; do
		PATH=$T/$folder:$shims:$T/system:/usr/bin:/bin PYENV_VERSION=system run timeout 10 "$shims/python"
		is_output system
		PATH=$T/$folder:$shims PYENV_VERSION=system run -127 /usr/bin/timeout 10 "$shims/python"
	done
	# A copy outside of any root is not told from another program, and does not go round.
	PATH=$T/c:$shims PYENV_VERSION=system run -127 /usr/bin/timeout 10 "$shims/python"
}

@test "the shim survives: no /proc" {
	[ -z "$PYVERN_TEST_SANITIZERS" ] || skip "a sanitizer reads /proc itself"
	need_own_mounts
	"${own_mounts[@]}" mount -t tmpfs none /proc 2>/dev/null || skip "mount is refused here"
	mkdir "$T/links"
	ln -s "$shims/python" "$T/links/python"
	printf '#!%s\n' "$shims/python" >script
	chmod 755 script
	cat >calls <<-'SH'
		mount -t tmpfs none /proc || exit 99
		[ ! -e /proc/self ] || exit 98
		"$1/python"
		"$1/../shims/python3"
		python
		"$2/python"
		./script
		(cd "$1" && PYENV_VERSION=3.13.5 ./python)
		PYENV_VERSION=system python
	SH
	run "${own_mounts[@]}" sh calls "$shims" "$T/links"
	is_output 3.13.5 3.13.5 3.13.5 3.13.5 3.13.5 3.13.5 system
	run without_root "${own_mounts[@]}" sh calls "$shims" "$T/links"
	is_output 3.13.5 3.13.5 3.13.5 3.13.5 3.13.5 3.13.5 system
}

# Trace COMMAND; its system calls up to the one that becomes the version's program,
# one a line, are in $T/own.
trace_own() {
	command -v strace >/dev/null || skip "no strace"
	[ -z "$PYVERN_TEST_SANITIZERS" ] || skip "sanitizers have calls of their own"
	strace -f -o "$T/trace" "$@" || skip "strace is refused here"
	sed -e 's/^[0-9]* *//' -e '/^[a-z0-9_]*(/!d' -e '/^execve.*versions.*= 0$/q' "$T/trace" >"$T/own"
	tail -n 1 "$T/own" | grep -q '^execve.*versions.*= 0$'
}

@test "a plain name costs two execs, no fork, and 30 calls, plus one a folder and candidate file" {
	[ "$PYVERN_TEST_SHIM" = bare ] || skip "a C library makes calls of its own"
	for face in pyenv pyvern; do
		echo "$face" >"$PYVERN_ROOT/face"
		for root in "PYENV_ROOT=$PYVERN_ROOT" none=; do
			for word in 3.13 3.13.5:3.12.1; do
				echo "$word" | tr : '\n' >.python-version
				trace_own env -u PYVERN_ROOT -u PYENV_ROOT "$root" "$shims/python"
				# From the shim's own start: env is not meant.
				sed -n "\\|^execve.\"$shims/python\"|,\$p" "$T/own" >"$T/calls"
				echo "$face $root $word: $(wc -l <"$T/calls")"
				[ "$(grep -c ^execve "$T/calls")" -eq 2 ]
				run ! grep -E '^(v?fork|clone3?|mmap|brk)\(' "$T/calls"
				[ "$(wc -l <"$T/calls")" -le 30 ]
			done
		done
	done
}

@test "each folder up and each file that could be a pin costs one call" {
	[ "$PYVERN_TEST_SHIM" = bare ] || skip "a C library makes calls of its own"
	for face in pyenv pyvern; do
		echo "$face" >"$PYVERN_ROOT/face"
		trace_own "$shims/python"
		here=$(wc -l <"$T/own")
		# Files that are looked for in a folder, from what a folder more costs.
		mkdir -p 1/2/3/4/5/6/7/8/9/10
		cd 1
		trace_own "$shims/python"
		one=$(wc -l <"$T/own")
		candidates=$((one - here))
		echo "$face: $here calls, $candidates files a folder"
		[ "$candidates" -ge 1 ]
		[ "$candidates" -eq "$(grep -c "project/1/" "$T/own")" ]
		cd 2/3/4/5/6/7/8/9/10
		trace_own "$shims/python"
		[ "$(wc -l <"$T/own")" -eq $((here + 10 * candidates)) ]
		cd "$T/project"
	done
}
