/* SPDX-License-Identifier: MIT */
/* Versions and requests in the words that others read. */
#include <config.h>

#include <string.h>

#include "core/version.h"

static char *
put_release(char *at, const uint32_t *numbers, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		if (i)
			*at++ = '.';
		at = str_put_u64(at, numbers[i]);
	}
	return at;
}

bool
version_alias_name(const struct version *version, char *buf)
{
	char *at;

	if (!str_eq_text(version->family, "cpython") || version->release_parts < 3 ||
	    version->stage != VERSION_FINAL || version->debug || version->env.n)
		return false;
	at = put_release(buf, version->release, 2);
	if (version->free_threaded)
		*at++ = 't';
	*at = '\0';
	return true;
}

bool
version_is_alias(struct str name, struct str target)
{
	char alias[VERSION_NAME_MAX + 1];
	struct version version;

	return version_parse(target, &version) && version_alias_name(&version, alias) &&
	       str_eq_text(name, alias);
}

bool
request_spell(const struct request *request, char *buf)
{
	const struct version *want = &request->want;
	bool is_cpython = str_eq_text(want->family, "cpython");
	char *at = buf;

	if (request->kind != REQUEST_PREFIX || want->stage != VERSION_FINAL || want->debug ||
	    want->env.n)
		return false;
	if (!is_cpython && (want->release_parts || want->free_threaded || !want->language_parts))
		return false;
	/* Only there the language is behind the whole family. */
	if (!is_cpython && !str_eq_text(want->family, "pypy") &&
	    !str_eq_text(want->family, "graalpy"))
		return false;
	if (is_cpython) {
		at = put_release(at, want->release, want->release_parts);
	} else {
		memcpy(at, want->family.p, want->family.n);
		at = put_release(at + want->family.n, want->language, want->language_parts);
	}
	if (want->free_threaded)
		*at++ = 't';
	*at = '\0';
	return true;
}
