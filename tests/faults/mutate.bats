#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Mutated archives (tests/faults/mutate.py has the classes): nothing escapes the
# unpacker, and no install makes half a version.

bats_require_minimum_version 1.5.0

# Three seeds of 1,000 are looked at by hand; MUTATE_COUNT and MUTATE_SEED try others.
: "${MUTATE_COUNT:=1000}" "${MUTATE_SEED:=1}"

setup() {
	T=$BATS_TEST_TMPDIR
	export HOME=$T/home PYVERN_ROOT=$T/root NO_COLOR=1
	unset PYENV_ROOT PYENV_VERSION PYVERN_VERSION PYENV_DIR PYVERN_DIR PYTHON_BUILD_CACHE_PATH
	unset PYTHON_BUILD_MIRROR_URL PYVERN_CPU_LEVEL
	export http_proxy=http://127.0.0.1:9 https_proxy=http://127.0.0.1:9
	export PATH=$PYVERN_TEST_STAGE/bin:/usr/bin:/bin
	mkdir -p "$HOME" "$T/archives"
	cd "$HOME" || return
	MUTATE=$PYVERN_TEST_SOURCE/tests/faults/mutate.py
	command -v python3 >/dev/null || skip "python3 makes the archives"
}

@test "1,000 mutated archives: what must be refused is, and nothing escapes" {
	run -0 python3 "$MUTATE" run "$PYVERN_TEST_STAGE/libexec/pyvern/pyvern-unpack" \
		"$T/archives" "$MUTATE_COUNT" "$MUTATE_SEED"
	echo "$output"
	echo "# ${lines[-1]}" >&3
	[[ ${lines[-1]} == "$MUTATE_COUNT archives in "*" 0 wrong; "* ]]
}

# nothing_made: no version, and nothing left of the try.
nothing_made() {
	[ -z "$(ls -A "$PYVERN_ROOT/versions")" ] && [ -z "$(ls -A "$PYVERN_ROOT/.staging")" ]
}

@test "installed from a mutated archive: all of a version, or nothing" {
	line=$(sh "$PYVERN_TEST_SOURCE/tests/lib/fake-standalone.sh" 9.9.2 "$T")
	libc=gnu
	[[ $line != *musl* ]] || libc=musl
	python3 "$MUTATE" make "$T"/standalone-9.9.2*.tar.gz "$T/archives" 104 "$MUTATE_SEED"
	refused=0 installed=0
	for file in "$T"/archives/*; do
		name=${file##*/}
		as=$T/cpython-9.9.2+20261101-$(uname -m)-unknown-linux-$libc-install_only.tar
		mv "$file" "$as"
		run pyvern install 9.9.2 --from "$as"
		echo "$name: $status: $output"
		case $name:$status in
		refused-*:5) refused=$((refused + 1)) && nothing_made ;;
		whole-*:0 | either-*:0)
			installed=$((installed + 1))
			[ "$("$PYVERN_ROOT/versions/9.9.2/bin/python" -V)" = 'Python 9.9.2' ]
			pyvern uninstall --yes 9.9.2
			nothing_made
			;;
		either-*:[15]) refused=$((refused + 1)) && nothing_made ;;
		*) false ;;
		esac
	done
	echo "# $refused refused, $installed installed" >&3
	[ "$refused" -gt 80 ] && [ "$installed" -ge 12 ]
}
