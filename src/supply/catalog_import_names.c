/* SPDX-License-Identifier: MIT */
/* How other lists call versions and machines, in our words. */
#include <config.h>

#include <string.h>

#include "core/version.h"
#include "io/url.h"
#include "supply/catalog_import_internal.h"

static const struct {
	const char *word;
	const char *arch; /* as os/platform has it */
} architectures[] = {
	{ "x86_64", "x86_64" }, { "amd64", "x86_64" },	      { "x64", "x86_64" },
	{ "x86", "i686" },	{ "i686", "i686" },	      { "aarch64", "aarch64" },
	{ "arm64", "aarch64" }, { "ppc64le", "powerpc64le" }, { "powerpc64le", "powerpc64le" },
	{ "s390x", "s390x" },	{ "riscv64", "riscv64" },     { "armv7", "armv7" },
};

/* The end of PyPy's file names. */
static const struct {
	const char *word;
	const char *os;
	const char *arch;
} pypy_machines[] = {
	{ "linux64", "linux", "x86_64" },	{ "linux32", "linux", "i686" },
	{ "aarch64", "linux", "aarch64" },	{ "s390x", "linux", "s390x" },
	{ "osx64", "darwin", "x86_64" },	{ "macos_x86_64", "darwin", "x86_64" },
	{ "macos_arm64", "darwin", "aarch64" },
};

bool
import_platform(struct str os, struct str arch, struct artifact *artifact)
{
	if (str_eq_text(os, "linux"))
		artifact->os = "linux";
	else if (str_eq_text(os, "darwin") || str_eq_text(os, "macos"))
		artifact->os = "darwin";
	else
		return false;
	artifact->libc = strcmp(artifact->os, "linux") == 0 ? "gnu" : "none";
	for (size_t i = 0; i < sizeof(architectures) / sizeof(*architectures); i++)
		if (str_eq_text(arch, architectures[i].word)) {
			artifact->arch = architectures[i].arch;
			return true;
		}
	return false;
}

/* The archive's name without its ending; empty when it is no archive that we unpack. */
static struct str
archive_stem(const char *url)
{
	static const char *const types[] = { ".tar.xz", ".tar.zst", ".tar.bz2", ".tar.gz", ".tgz" };
	struct str name = url_base_name(url);

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (str_ends(name, str_from(types[i])))
			return (struct str){ name.p, name.n - strlen(types[i]) };
	return (struct str){ NULL, 0 };
}

/* "pypy3.11-v7.3.20-linux64". */
static char *
pypy_version(struct str stem, struct artifact *artifact)
{
	for (size_t i = 0; i < sizeof(pypy_machines) / sizeof(*pypy_machines); i++) {
		struct str word = str_from(pypy_machines[i].word);
		struct str name = { stem.p, stem.n - word.n - 1 };
		size_t dash;

		if (stem.n <= word.n + 1 || !str_ends(stem, word) || name.p[name.n] != '-')
			continue;
		dash = str_find(name, '-');
		if (dash + 2 >= name.n || name.p[dash + 1] != 'v')
			return NULL;
		if (!import_platform(str_from(pypy_machines[i].os), str_from(pypy_machines[i].arch),
				     artifact))
			return NULL;
		artifact->implementation = "pypy";
		return mem_printf("%.*s-%.*s", (int)dash, name.p,
				  STR_ARG(str_skip(name, dash + 2)));
	}
	return NULL;
}

/* "graalpy3.12-community-25.1.3-linux-amd64". */
static char *
graalpy_version(struct str stem, struct artifact *artifact)
{
	size_t arch = stem.n;
	size_t os;

	while (arch > 0 && stem.p[arch - 1] != '-')
		arch--;
	for (os = arch ? arch - 1 : 0; os > 0 && stem.p[os - 1] != '-';)
		os--;
	if (os < 2 || !import_platform((struct str){ stem.p + os, arch - 1 - os },
				       str_skip(stem, arch), artifact))
		return NULL;
	artifact->implementation = "graalpy";
	return mem_strndup(stem.p, os - 1);
}

char *
import_file_version(const char *url, struct artifact *artifact)
{
	struct str stem = archive_stem(url);

	if (str_starts(stem, STR_LIT("pypy")))
		return pypy_version(stem, artifact);
	if (str_starts(stem, STR_LIT("graalpy")))
		return graalpy_version(stem, artifact);
	return NULL;
}
