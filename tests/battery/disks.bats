#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Real disks: too small ones of 50 sizes, and ones that turn read-only at some moment. What
# does not fit leaves nothing behind; with room it is made.
# shellcheck disable=SC2317 # other shells call the functions

load ../lib/battery
load ../lib/battery-ground
load ../lib/battery-commands
load ../lib/versions

setup() {
	ground
	need_own_mounts
	"${own_mounts[@]}" mount -t tmpfs none "$HOME" 2>/dev/null || skip "mount is refused here"
}

# In a mount namespace of its own: the command on a disk (mount's OPTIONS) that has what is
# kept, and with more room once more.
on_disk() {
	local status=0 wrong
	mount -t tmpfs -o "$1" none "$HOME" || return 99
	cp -a "$T/kept/." "$HOME/" 2>/dev/null || {
		echo "too small for what is there"
		return 98
	}
	cd "$HOME/project" || return
	timeout 60 "${@:2}" >"$T/said" 2>&1 || status=$?
	echo "status $status"
	wrong=$(judge_disk "$status") || {
		echo "$1: status $status: $wrong"
		tail -n 20 "$T/said"
		return 1
	}
}

# It did not fit, and says so, and nothing is left; or it did. Then there is room.
judge_disk() {
	ended_well "$1" && is_sound || return
	if [ "$1" -eq 0 ]; then
		is_done || is "says that it did, and did not" grep -q '^! ' "$T/said" || return
	else
		is "has another reason" grep -q -e 'disk.* full' -e 'MB free' -e 'No space left' \
			"$T/said" || return
	fi
	is "more room" mount -o remount,size=2g,nr_inodes=100k "$HOME" || return
	again && is_sound && is "not done" is_done && nothing_is_left
}

# try_disks COMMAND...: the disks come in lines; the last line is how many there were, and how
# many of them were too small.
try_disks() {
	local options said tried=0 small=0 bad=0
	while read -r options; do
		# shellcheck disable=SC2086 # words
		said=$(unshare $unshare_options bash -c 'set +eE; on_disk "$@"' bash "$options" "$@" 2>&1)
		case $?:$said in
		0:*"status 0") tried=$((tried + 1)) ;;
		0:*) tried=$((tried + 1)) small=$((small + 1)) ;;
		98:*) echo "$options: $said" ;;
		*)
			echo "$said"
			bad=$((bad + 1))
			;;
		esac
		[ "$bad" -lt "$WRONG_MAX" ] || break
	done
	echo "$tried $small"
	[ "$bad" -eq 0 ]
}

# What the kept home takes on a tmpfs: KiB ("used"), or files ("iused").
on_exact_disk() {
	"${own_mounts[@]}" sh -c '
		mount -t tmpfs none "$HOME" && cp -a "$1/." "$HOME/" &&
			df -k --output="$2" "$HOME" | tail -n 1' sh "$T/kept" "$1"
}

# disks NAME WHAT KIND NEED OPTIONS: 50 of them, evenly from what is there to NEED more of KIND.
# OPTIONS has a %d for that.
disks() {
	local used
	begin "$1"
	used=$(on_exact_disk "$3")
	export T WRONG_MAX unshare_options="${own_mounts[*]:1}"
	# shellcheck disable=SC2046 # names
	export -f $(compgen -A function)
	run bash -c 'set +eE; try_disks "$@"' bash "${command[@]}" < <(
		spread "$4" "$(share 50)" | awk -v used="$used" -v options="$5" '{
			printf options "\n", used + $1 }')
	echo "$output"
	[ "$status" -eq 0 ]
	read -r tried small <<<"${lines[-1]}"
	# Where all fit, or none, nothing was tried.
	[ "$PYVERN_BATTERY" -lt 100 ] || { [ "$small" -ge 10 ] && [ "$small" -lt "$tried" ]; }
	points "$tried" 50 "full disks: $2 ($small of them too small)"
}

@test "install of a standalone build" {
	disks prebuilt "install of a standalone build" used 260 size=%dk
}

# Who has no room for what a build is known to take is told so before it begins: what runs out
# here are files.
@test "install from source" {
	disks source "install from source" iused 130 size=2g,nr_inodes=%d
}

@test "venv" {
	disks venv "venv" used 100 size=%dk
}

# read_only_points N: the disk turns read-only at one of N moments of the command. What was
# asked may be done or not; nothing is half there, and on a disk that can be written it goes on.
@test "a disk that turns read-only" {
	begin prebuilt
	turn_read_only() {
		# While something is open for writing the kernel refuses: until then once more.
		until mount -o remount,ro "$HOME" 2>/dev/null; do kill -0 "$1" 2>/dev/null || return; done
	}
	on_turning_disk() {
		local status=0 pid
		mount -t tmpfs -o size=64m none "$HOME" && cp -a "$T/kept/." "$HOME/" || return 99
		cd "$HOME/project" || return
		"${@:2}" >"$T/said" 2>&1 &
		pid=$!
		sleep "$1"
		turn_read_only "$pid"
		wait "$pid" || status=$?
		cd "$HOME/project" || return
		wrong=$(ended_well "$status" && is_sound) || {
			echo "after $1 s: $status: $wrong"
			cat "$T/said"
			return 1
		}
		mount -o remount,rw "$HOME"
		wrong=$(again && is_sound && is "not done" is_done && nothing_is_left) && return
		echo "after $1 s, later: $wrong"
		return 1
	}
	# shellcheck disable=SC2046 # names
	export -f $(compgen -A function)
	tried=0
	for moment in $(spread 40 "$(share 10)"); do
		run "${own_mounts[@]}" bash -c 'set +eE; on_turning_disk "$@"' bash \
			"0.0$(printf %02d "$moment")" "${command[@]}"
		echo "$output"
		[ "$status" -eq 0 ]
		tried=$((tried + 1))
	done
	points "$tried" 10 "disks that turn read-only"
}
