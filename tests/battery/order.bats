#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What a power cut could take: for each name that a command gives to something, whether that
# was on the disk before (fsync or syncfs), and the folder with the name afterwards. Nobody
# pulls a plug here: the order of the calls is looked at (tests/battery/order.py).

bats_require_minimum_version 1.5.0
load ../lib/battery
load ../lib/battery-ground
load ../lib/battery-commands

setup() {
	command -v python3 >/dev/null || skip "python3 reads the trace"
	ground
	strace -o "$T/trace" true 2>/dev/null || skip "strace is absent or may not trace"
}

# promise NAME: how sure the thing called NAME below the home is after a power cut, as
# order.py says it: before its name, and after.
promise() {
	case $1 in
	# A version, who follows what, pins and settings: there is no other copy of them.
	.pyenv/versions/[0-9].[0-9].[0-9]) echo synced synced ;;
	.pyenv/.generations/* | .pyenv/.aliases | .pyenv/version) echo synced synced ;;
	.pyenv/face | .pyenv/config | project/.python-version) echo synced synced ;;
	# A download is judged by its digest each time; the file is whole or it is no more.
	.pyenv/cache/*.part.from) echo open any ;;
	.pyenv/cache/*) echo synced any ;;
	# Links and shims follow from versions/: the next rehash makes them again.
	.pyenv/versions/[0-9].[0-9] | .pyenv/.pyvern) echo open any ;;
	.pyenv/shims/.pyvern-shim) echo synced any ;;
	.pyenv/shims/* | .pyenv/.answers/*) echo open any ;;
	# Environments are not synced: to make one anew takes less than to wait for the disk.
	project/env | .state/pyvern/*) echo open any ;;
	*) echo unknown ;;
	esac
}

# order_of COMMAND...: what order.py says of it.
order_of() {
	make_place
	strace -f -y -s 4096 -o "$T/trace" "$@" >"$T/said" 2>&1
	python3 "$PYVERN_TEST_SOURCE/tests/battery/order.py" "$T/trace" "$HOME"
}

# keeps_promises COMMAND...: adds the names that were published to `names`.
keeps_promises() {
	local before after name promised count=0
	order_of "$@" >"$T/order"
	while read -r before after name; do
		promised=$(promise "$name")
		echo "$before $after $name ($promised promised)"
		# More than was promised is no fault.
		case "$promised:$before $after" in
		"synced synced:synced synced" | "synced any:synced "* | "open any:"*) ;;
		*) return 1 ;;
		esac
		count=$((count + 1))
	done <"$T/order"
	names=$((names + count))
}

@test "what has a name is on the disk, as far as that is promised" {
	names=0
	for name in prebuilt source upgrade rollback rehash venv uninstall pin setting; do
		echo "== $name"
		rm -rf "${T:?}/home" "${T:?}/pkg" "$T/env-expected"
		ground
		begin "$name" >/dev/null 2>&1
		keeps_promises "${command[@]}"
		# What they are about has been seen.
		case $name in
		prebuilt) grep -qx 'synced synced .pyenv/versions/9.9.2' "$T/order" ;;
		source) grep -qx 'synced synced .pyenv/versions/9.8.1' "$T/order" ;;
		upgrade | rollback) grep -qx 'synced synced .pyenv/.generations/9.9' "$T/order" ;;
		rehash) grep -qx 'synced .* .pyenv/shims/.pyvern-shim' "$T/order" ;;
		venv) grep -qx '.* project/env' "$T/order" ;;
		pin) grep -qx 'synced synced project/.python-version' "$T/order" ;;
		setting) grep -qx 'synced synced .pyenv/config' "$T/order" ;;
		esac
	done
	points "$names" 45 "published names, and the order of their syncs"
}

@test "--no-sync goes without, and is seen" {
	begin prebuilt >/dev/null 2>&1
	order_of pyvern install --no-sync 9.9.2 | grep -qx 'open open .pyenv/versions/9.9.2'
}
