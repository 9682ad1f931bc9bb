/* SPDX-License-Identifier: MIT */
/* Files that a user names: what they are, of which version, and what is refused. */
#include <config.h>

#include "unit.h"

#include "io/url.h"
#include "supply/catalog_import_named.h"

#define DIGEST "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define AT "https://example.org/files/"
#define PBS AT "cpython-3.14.9+20261101-x86_64"

static const struct target machine = { "linux", "x86_64", "gnu", "v3" };

/* How the user says what it is. */
enum says { NOTHING, BUILD, PREBUILT };

static struct catalog_naming
naming(const char *place, const char *request, enum says says)
{
	return (struct catalog_naming){ .place = place,
					.cwd = "/home/u",
					.request = request,
					.is_source = says == BUILD,
					.is_prebuilt = says == PREBUILT,
					.target = machine };
}

static void
test_names(void **state)
{
	static const struct {
		const char *place, *request;
		enum says says;
		const char *is; /* "VERSION KIND VARIANT LIBC CPU BUILD", "-": none */
	} rows[] = {
		/* Sources, which make all variants. */
		{ AT "Python-3.14.9.tar.xz", "3.14.9", NOTHING, "3.14.9 source - - - -" },
		{ AT "Python-3.14.9.tar.xz", NULL, NOTHING, "3.14.9 source - - - -" },
		{ AT "Python-3.14.9.tgz", "3.14", NOTHING, "3.14.9 source - - - -" },
		{ AT "Python-3.14.9.tgz", ">=3.14", NOTHING, "3.14.9 source - - - -" },
		{ AT "Python-3.14.9.tgz", "3.14.9t", NOTHING, "3.14.9t source - - - -" },
		{ AT "Python-3.14.9.tgz", "3.14t-debug", NOTHING, "3.14.9t-debug source - - - -" },
		{ AT "Python-3.15.0rc1.tgz", "3.15.0rc1", NOTHING, "3.15.0rc1 source - - - -" },
		{ AT "Python-3.14.9.tgz?token=1", "3.14.9", BUILD, "3.14.9 source - - - -" },
		/* Standalone builds. */
		{ PBS "-unknown-linux-gnu-install_only_stripped.tar.gz", "3.14.9", NOTHING,
		  "3.14.9 standalone - gnu - 20261101" },
		{ AT "cpython-3.14.9%2B20261101-x86_64-unknown-linux-gnu-install_only.tar.gz", NULL,
		  NOTHING, "3.14.9 standalone - gnu - 20261101" },
		{ PBS "_v3-unknown-linux-gnu-install_only.tar.gz", "3.14", PREBUILT,
		  "3.14.9 standalone - gnu v3 20261101" },
		{ PBS "-unknown-linux-gnu-freethreaded+pgo+lto-full.tar.zst", "3.14t", NOTHING,
		  "3.14.9t standalone freethreaded gnu - 20261101" },
		{ PBS "-unknown-linux-gnu-debug-full.tar.zst", NULL, NOTHING,
		  "3.14.9-debug standalone debug gnu - 20261101" },
		{ PBS "-unknown-linux-gnu-freethreaded+debug-full.tar.zst", NULL, NOTHING,
		  "3.14.9t-debug standalone freethreaded+debug gnu - 20261101" },
		{ AT "cpython-3.9.2-x86_64-unknown-linux-gnu-pgo-20210228T1503.tar.zst", "3.9.2",
		  NOTHING, "3.9.2 standalone - gnu - -" },
		/* Other implementations. */
		{ AT "pypy3.11-v7.3.20-linux64.tar.bz2", NULL, NOTHING,
		  "pypy3.11-7.3.20 standalone - gnu - -" },
		{ AT "pypy3.11-v7.3.20-linux64.tar.bz2", "pypy3.11", NOTHING,
		  "pypy3.11-7.3.20 standalone - gnu - -" },
		{ AT "graalpy3.12-25.1.3-linux-amd64.tar.gz", "graalpy@3.12", NOTHING,
		  "graalpy3.12-25.1.3 standalone - gnu - -" },
		{ AT "Miniforge3-25.3.0-3-Linux-x86_64.sh", NULL, NOTHING,
		  "miniforge3-25.3.0-3 installer - gnu - -" },
		{ AT "Miniconda3-py312_24.9.2-0-Linux-x86_64.sh", "miniconda3-3.12", NOTHING,
		  "miniconda3-3.12-24.9.2-0 installer - gnu - -" },
		{ AT "Miniconda3-latest-Linux-x86_64.sh", "miniconda3-9.9.9-1", NOTHING,
		  "miniconda3-9.9.9-1 installer - gnu - -" },
		/* Without a dash its ending was cut from nothing. */
		{ AT "Miniforge3.sh", "miniforge3-9.9.9-1", NOTHING,
		  "miniforge3-9.9.9-1 installer - - - -" },
		/* What the name does not tell, the user does. */
		{ AT "snapshot.tar.gz", "3.14.9", BUILD, "3.14.9 source - - - -" },
		{ AT "snapshot.tar.gz", "3.14.9t", BUILD, "3.14.9t source - - - -" },
		{ AT "ours.tar.zst", "3.14.9", PREBUILT, "3.14.9 standalone - - - -" },
		{ AT "ours.tar.zst", "pypy3.11-7.3.99", PREBUILT,
		  "pypy3.11-7.3.99 standalone - - - -" },
		/* Files. */
		{ "Python-3.14.9.tar.xz", "3.14.9", NOTHING, "3.14.9 source - - - -" },
		{ "/srv/a b/Python-3.14.9.tar.xz", "3.14.9", NOTHING, "3.14.9 source - - - -" },
		{ "../cpython-3.14.9+20261101-x86_64-unknown-linux-gnu-install_only.tar.gz", NULL,
		  NOTHING, "3.14.9 standalone - gnu - 20261101" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct catalog_naming in = naming(rows[i].place, rows[i].request, rows[i].says);
		cleanup_named struct catalog_named named = { 0 };
		cleanup_err struct err err = { 0 };
		cleanup_free char *is = NULL;
		const struct artifact *a;

		assert_ok(catalog_name(&in, &named, &err), &err);
		a = &named.artifacts.items[0];
		assert_int_equal(named.artifacts.count, 1);
		is = mem_printf("%s %s %s %s %s %s", named.version, artifact_kind_name(a->kind),
				*a->variant ? a->variant : "-", *a->libc ? a->libc : "-",
				*a->cpu ? a->cpu : "-", *a->build ? a->build : "-");
		if (strcmp(is, rows[i].is) != 0)
			fail_msg("%s: %s", rows[i].place, is);
		assert_true(url_ok(a->url));
	}
}

static void
test_addresses(void **state)
{
	static const struct {
		const char *place, *url;
	} rows[] = {
		{ AT "Python-3.14.9.tgz", AT "Python-3.14.9.tgz" },
		{ "file:///srv/Python-3.14.9.tgz", "file:///srv/Python-3.14.9.tgz" },
		{ "/srv/Python-3.14.9.tgz", "file:///srv/Python-3.14.9.tgz" },
		{ "./Python-3.14.9.tgz", "file:///home/u/Python-3.14.9.tgz" },
		{ "/srv/50%/a b?#/Python-3.14.9.tgz",
		  "file:///srv/50%25/a%20b%3F%23/Python-3.14.9.tgz" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct catalog_naming in = naming(rows[i].place, "3.14.9", NOTHING);
		cleanup_named struct catalog_named named = { 0 };
		cleanup_err struct err err = { 0 };

		in.sha256 = DIGEST;
		assert_ok(catalog_name(&in, &named, &err), &err);
		assert_string_equal(named.artifacts.items[0].url, rows[i].url);
		assert_string_equal(named.artifacts.items[0].sha256, DIGEST);
		assert_string_equal(named.artifacts.items[0].implementation, "cpython");
	}
}

static void
test_refused(void **state)
{
	static const struct {
		const char *place, *request;
		enum says says;
		enum err_code code;
		const char *message; /* begins so */
	} rows[] = {
		{ AT "Python-3.14.9.tgz", "3.14.8", NOTHING, ERR_USAGE,
		  "Python-3.14.9.tgz is 3.14.9 by its name, not 3.14.8" },
		{ AT "Python-3.14.9.tgz", "3.13", NOTHING, ERR_USAGE,
		  "Python-3.14.9.tgz is 3.14.9 by its name, not 3.13" },
		{ AT "Python-3.14.9.tgz", "pypy3.11", NOTHING, ERR_USAGE,
		  "Python-3.14.9.tgz is 3.14.9 by its name, not pypy3.11" },
		{ AT "Python-3.14.9.tgz", "a b", NOTHING, ERR_USAGE, "a b is no version" },
		{ PBS "-unknown-linux-gnu-install_only.tar.gz", "3.14.9t", NOTHING, ERR_USAGE,
		  "cpython-3.14.9+20261101-x86_64-unknown-linux-gnu-install_only.tar.gz is 3.14.9 "
		  "by its name, not 3.14.9t" },
		{ AT "Python-3.14.9.tgz", "3.14.9", PREBUILT, ERR_USAGE,
		  AT "Python-3.14.9.tgz is a source by its name" },
		{ PBS "-unknown-linux-gnu-install_only.tar.gz", "3.14.9", BUILD, ERR_USAGE,
		  PBS "-unknown-linux-gnu-install_only.tar.gz is no source by its name" },
		{ AT "ours.tar.gz", "3.14.9", NOTHING, ERR_USAGE,
		  "what " AT "ours.tar.gz is cannot be told by its name" },
		{ AT "ours.tar.gz", NULL, BUILD, ERR_USAGE,
		  "of which version " AT "ours.tar.gz is cannot be told by its name" },
		{ AT "ours.tar.gz", "3.14", BUILD, ERR_USAGE, "3.14 is no whole version" },
		{ AT "ours.tar.gz", "latest", BUILD, ERR_USAGE, "latest is no whole version" },
		{ AT "ours.tar.gz", "ours", PREBUILT, ERR_USAGE, "ours is no whole version" },
		{ PBS "-unknown-linux-musl-install_only.tar.gz", "3.14.9", NOTHING,
		  ERR_UNKNOWN_VERSION, "cpython-3.14.9+20261101-x86_64-unknown-linux-musl" },
		{ PBS "_v4-unknown-linux-gnu-install_only.tar.gz", "3.14.9", NOTHING,
		  ERR_UNKNOWN_VERSION, "cpython-3.14.9+20261101-x86_64_v4" },
		{ AT "cpython-3.14.9+1-aarch64-apple-darwin-install_only.tar.gz", "3.14.9", NOTHING,
		  ERR_UNKNOWN_VERSION, "cpython-3.14.9+1-aarch64-apple-darwin" },
		{ AT "Miniforge3-25.3.0-3-MacOSX-arm64.sh", NULL, NOTHING, ERR_UNKNOWN_VERSION,
		  "Miniforge3-25.3.0-3-MacOSX-arm64.sh is for another machine" },
		{ "ftp://example.org/Python-3.14.9.tgz", "3.14.9", NOTHING, ERR_USAGE,
		  "ftp://example.org/Python-3.14.9.tgz is no http" },
		{ "https://u:secret@example.org/a b", "3.14.9", NOTHING, ERR_USAGE,
		  "https://***@example.org/a b is no http" },
		{ "", "3.14.9", NOTHING, ERR_USAGE, "\"\" is no address and no file" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct catalog_naming in = naming(rows[i].place, rows[i].request, rows[i].says);
		cleanup_named struct catalog_named named = { 0 };
		cleanup_err struct err err = { 0 };

		if (catalog_name(&in, &named, &err) == 0)
			fail_msg("%s is taken", rows[i].place);
		if (!str_starts(str_from(err.message), str_from(rows[i].message)))
			fail_msg("%s: %s", rows[i].place, err.message);
		assert_fails(-1, rows[i].code, &err);
	}
}

static void
test_digests(void **state)
{
	static const char *const wrong[] = {
		"", "0123", DIGEST "0", "sha256:" DIGEST,
		"0123456789ABCDEF0123456789abcdef0123456789abcdef0123456"
		"789abcdef"
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		struct catalog_naming in = naming(AT "Python-3.14.9.tgz", "3.14.9", NOTHING);
		cleanup_named struct catalog_named named = { 0 };
		cleanup_err struct err err = { 0 };

		in.sha256 = wrong[i];
		assert_fails(catalog_name(&in, &named, &err), ERR_USAGE, &err);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_digests),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
