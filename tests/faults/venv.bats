#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Making environments on bad days: each call to the system fails once, is interrupted
# once, is the last one once. Whatever happens, an environment is whole or not there,
# and nothing of the user's is lost.
# shellcheck disable=SC2016,SC2317 # the other shells expand it; sweep calls them

bats_require_minimum_version 1.5.0
load ../lib/faults
load ../lib/venv

setup() {
	venv_setup
	pin 3.13
	export T
}

makes='mkdir|mkdirat|openat|symlinkat|linkat|write|renameat2|utimensat'
looks="$makes|read|getdents64|newfstatat|fstat|readlink|readlinkat|unlinkat"

# A place with nothing.
make_place() {
	rm -rf ./* ./.[!.]*
	echo 3.13 >.python-version
}

# Whole, or not there and said so.
judge() {
	if [ "$1" -eq 0 ]; then
		is_environment env 3.13.5 && has_only . .python-version env
	else
		[ "$1" -lt 128 ] && has_only . .python-version && [ -s "$T/said" ]
	fi
}

@test "each call fails: a new environment" {
	sweep error=EIO "$looks" venv env
}

@test "the disk fills up at each call" {
	sweep error=ENOSPC "$makes" venv env
}

@test "each call fails: folders above are made, and go again" {
	judge() {
		if [ "$1" -eq 0 ]; then is_environment deep/er/env 3.13.5; else
			[ "$1" -lt 128 ] && has_only . .python-version
		fi
	}
	sweep error=EIO "$makes" venv deep/er/env
}

@test "each call fails: an empty folder stays empty" {
	make_place() {
		rm -rf ./* ./.[!.]*
		echo 3.13 >.python-version
		mkdir env
	}
	judge() {
		has_only . .python-version env || return
		if [ "$1" -eq 0 ]; then is_environment env 3.13.5; else
			[ "$1" -lt 128 ] && has_only env
		fi
	}
	sweep error=EIO "$looks" venv env
}

# An environment with a file of the user's in it.
with_old_environment() {
	make_place() {
		rm -rf ./* ./.[!.]*
		echo 3.13 >.python-version
		cp -a "$T/old" env
	}
	judge() {
		if [ "$1" -ne 0 ] && [ "$1" -lt 128 ]; then
			has_only . .python-version env && [ "$(cat env/lib/mine)" = precious ] || return
		elif [ "$1" -eq 0 ] && ! grep -q '^! left' "$T/said"; then
			has_only . .python-version env && [ ! -e env/lib/mine ] || return
		fi
		is_environment env 3.13.5
	}
	pyvern venv -q "$T/old"
	echo precious >"$T/old/lib/mine"
	make_place() {
		rm -rf ./* ./.[!.]*
		echo 3.13 >.python-version
		cp -a "$T/old" env
	}
}

@test "each call fails: --clear leaves the old one or the new one" {
	with_old_environment
	sweep error=EIO "$looks" venv env --clear
}

@test "the kernel cannot exchange: the old one is moved aside and comes back" {
	with_old_environment
	for second in 2 3 4; do
		make_place
		status=0
		timeout 20 strace -o "$T/trace" -e trace=renameat2,renameat \
			-e inject=renameat2:error=ENOSYS -e "inject=renameat:error=EIO:when=$((second - 1))" \
			pyvern venv --clear env >"$T/said" 2>&1 || status=$?
		cat "$T/said"
		judge "$status"
	done
}

@test "interrupted at each call: 130 and nothing, or whole" {
	judge() {
		if [ "$1" -eq 0 ]; then
			is_environment env 3.13.5 && has_only . .python-version env
		else
			[ "$1" -eq 130 ] && has_only . .python-version
		fi
	}
	sweep signal=SIGINT "$makes" venv env
}

@test "ended at each call of --clear: 143 and the old one, or the new one" {
	with_old_environment
	judge() {
		has_only . .python-version env && is_environment env 3.13.5 || return
		if [ "$1" -eq 0 ]; then [ ! -e env/lib/mine ]; else
			[ "$1" -eq 143 ] && [ "$(cat env/lib/mine)" = precious ]
		fi
	}
	sweep signal=SIGTERM "$makes" venv env --clear
}

@test "killed at each call: what has the name is whole" {
	judge() {
		[ ! -e env ] || is_environment env 3.13.5
	}
	sweep signal=SIGKILL "$looks" venv env
	with_old_environment
	judge() {
		is_environment env 3.13.5
	}
	sweep signal=SIGKILL "$looks" venv env --clear
}

@test "each call of use fails: the pin is the old one or the new one" {
	fake_python 3.12.1
	judge() {
		local pin
		pin=$(cat .python-version)
		has_only . .python-version && [ "$1" -lt 128 ] || return
		[ "$pin" = 3.12 ] || { [ "$1" -ne 0 ] && [ "$pin" = 3.13 ]; }
	}
	sweep error=EIO "$looks" use 3.12
}

# on_small_disk OPTIONS COMMAND: run COMMAND with a small disk on ./disk.
on_small_disk() {
	unshare -m true 2>/dev/null || skip "no mount namespaces here"
	mkdir -p disk
	run unshare -m sh -c '
		options=$1
		shift
		mount -t tmpfs -o "$options" none disk || exit 99
		exec "$@"' sh "$@"
	[ "$status" -ne 99 ] || skip "mount is refused here"
	echo "$output"
}

@test "a disk without room, and one without room for names" {
	for options in size=8k size=24k nr_inodes=4 nr_inodes=12; do
		on_small_disk "$options" sh -c '
			pyvern venv disk/env
			echo "status $?"
			ls -A disk
			pyvern venv disk'
		[[ $output == *"cannot make the environment $T/project/disk/env: "*"the disk is full"* ]]
		[[ $output == *"to fix   make room there, or another place: pyvern venv DIR"* ]]
		[[ $output == *"status 1"$'\n'"pyvern: cannot make the environment $T/project/disk: "* ]]
	done
}

@test "a disk without room for two: the old environment stays" {
	on_small_disk size=200k sh -c '
		pyvern venv -q disk/env && echo precious >disk/env/lib/mine
		dd if=/dev/zero of=disk/fill bs=1k 2>/dev/null
		pyvern venv --clear disk/env
		echo "status $?"
		ls -A disk && cat disk/env/lib/mine disk/env/pyvenv.cfg'
	[[ $output == *"the disk is full"*"status 1"$'\n'"env"$'\n'"fill"$'\n'"precious"$'\n'"home = "* ]]
}

@test "what of the old environment cannot be removed is named" {
	command -v chattr >/dev/null || skip "chattr is absent"
	pyvern venv -q env
	touch env/lib/mine
	chattr +i env/lib/mine 2>/dev/null || skip "this file system has no immutable files"
	run pyvern venv --clear env
	chattr -R -i . 2>/dev/null || true
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *"! left "*"/.pyvern-new-"*": what of the old one cannot be removed" ]]
	is_environment env 3.13.5
}

@test "many at once in one place: one is made, and the others are refused" {
	for i in 1 2 3 4 5 6 7 8; do
		pyvern venv env >"out$i" 2>&1 3>&- &
	done
	wait
	[ "$(cat out* | grep -c '^+ env')" -eq 1 ]
	[ "$(cat out* | grep -c -e 'exists already')" -ge 1 ]
	is_environment env 3.13.5
	rm out*
	has_only . .python-version env
}
