# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # bats sets status and output
# Made-up Pythons as others keep them. Source it with `load ../lib/adopt`, which also
# brings a private home and root.

# shellcheck source=tests/lib/venv.bash
. "$PYVERN_TEST_SOURCE/tests/lib/venv.bash"

adopt_setup() {
	selection_setup
	rm -r "${PYVERN_ROOT:?}/versions"
	unset UV_PYTHON_INSTALL_DIR XDG_DATA_HOME MISE_DATA_DIR ASDF_DATA_DIR HOMEBREW_PREFIX \
		MAMBA_ROOT_PREFIX AGENT_TOOLSDIRECTORY
}

# A CPython VERSION in the folder PREFIX: all that looking at its files needs. The
# interpreter fails and leaves a mark, so that a test sees when it was run.
elsewhere() {
	local prefix=$1 version=$2 language name
	language=${version%.*}
	mkdir -p "$prefix/bin" "$prefix/lib/python$language" "$prefix/include/python$language"
	: >"$prefix/lib/python$language/os.py"
	printf '#define PY_VERSION "%s"\n' "$version" >"$prefix/include/python$language/patchlevel.h"
	printf '#!/bin/sh\n: >"%s"\necho %s\n' "$T/was-run" "$version" >"$prefix/bin/python$language"
	chmod 755 "$prefix/bin/python$language"
	for name in python python3; do
		ln -s "python$language" "$prefix/bin/$name"
	done
}

# An interpreter at PATH whose files tell nothing: the script on standard input.
riddle() {
	mkdir -p "${1%/*}"
	cat >"$1"
	chmod 755 "$1"
}
