# SPDX-License-Identifier: MIT
# What the registry of environments has (src/venv/registry). Source it with
# `load ../lib/registry`, after venv.

# A line for each environment that is known: how, base, follows, path; in byte order.
known() {
	local record
	for record in "$XDG_STATE_HOME"/pyvern/*/venvs/*; do
		[ -e "$record" ] || continue
		sed -n 's/^how = //p; s/^base = //p; s/^follows = //p; s/^path = //p' "$record" |
			{
				IFS= read -r path
				IFS= read -r base
				IFS= read -r follows
				IFS= read -r how
				printf '%s %s %s %s\n' "$how" "${base:--}" "${follows:--}" "$path"
			}
	done | sort
}

# These are known, and no others.
knows() {
	local have
	have=$(known)
	[ "$have" != "$(printf '%s\n' "$@" | sed '/^$/d' | sort)" ] || return 0
	printf 'known:\n%s\n' "$have" >&2
	return 1
}

# Names that are unpleasant for whoever takes them apart.
hostile_names() {
	# shellcheck disable=SC2016 # they are to stay as they are
	printf '%s\n' 'a b' "it's" '$(touch pwned)' 'grün-日本' '"q"' '-x' '`id`' '*' \
		"$(printf 'n%.0s' {1..200})"
}
