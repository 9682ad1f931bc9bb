/* SPDX-License-Identifier: MIT */
/* Addresses for an artifact: settings, the catalogue, apt's configuration. */
#include <config.h>

#include "unit.h"

#include "base/buf.h"
#include "supply/apt.h"
#include "supply/mirrors.h"

#define SHA_XZ "1111111111111111111111111111111111111111111111111111111111111111"
#define SHA_GZ "2222222222222222222222222222222222222222222222222222222222222222"

static const struct artifact sources[] = {
	{ .implementation = "cpython",
	  .version = "3.13.5",
	  .variant = "",
	  .kind = ARTIFACT_SOURCE,
	  .url = "https://www.example.org/ftp/3.13.5/Python-3.13.5.tar.xz",
	  .sha256 = SHA_XZ },
	{ .implementation = "cpython",
	  .version = "3.13.5",
	  .variant = "",
	  .kind = ARTIFACT_SOURCE,
	  .url = "https://www.example.org/ftp/3.13.5/Python-3.13.5.tgz",
	  .sha256 = SHA_GZ },
};

/* One configuration file and the archives that shall come out of it. */
static const struct {
	const char *name;
	enum apt_format format;
	bool own_file;
	const char *text;
	const char *archives; /* joined by blanks */
} apt_rows[] = {
	{ "one line", APT_ONE_LINE, true, "deb http://deb.example/debian bookworm main\n",
	  "http://deb.example/debian" },
	{ "slashes at the end", APT_ONE_LINE, true,
	  "deb http://deb.example/debian/ bookworm main\n"
	  "deb http://deb.example/debian// bookworm-updates main\n",
	  "http://deb.example/debian" },
	{ "security comes last", APT_ONE_LINE, true,
	  "deb http://sec.example/debian-security bookworm-security main\n"
	  "deb http://deb.example/debian bookworm-updates main\n",
	  "http://deb.example/debian http://sec.example/debian-security" },
	{ "old security suite", APT_ONE_LINE, true,
	  "deb http://sec.example/debian-security buster/updates main\n",
	  "http://sec.example/debian-security" },
	{ "options and comments", APT_ONE_LINE, true,
	  "# deb http://no.example/debian bookworm main contrib\n"
	  "deb [ arch=amd64 signed-by=/usr/share/keyrings/debian-archive-keyring.gpg ]"
	  " https://deb.example/x bookworm main # deb\n",
	  "https://deb.example/x" },
	{ "options without blanks", APT_ONE_LINE, true,
	  "deb [arch=amd64] http://deb.example/debian bookworm main non-free\n",
	  "http://deb.example/debian" },
	{ "sources only", APT_ONE_LINE, true,
	  "deb-src http://deb.example/debian bookworm main contrib\n",
	  "http://deb.example/debian" },
	{ "disc, mirror list, copy, tor", APT_ONE_LINE, true,
	  "deb cdrom:[Debian GNU/Linux 12]/ bookworm main contrib\n"
	  "deb mirror+file:/etc/apt/mirrors.txt bookworm main contrib\n"
	  "deb mirror://m.example/list bookworm-updates main\n"
	  "deb file:/srv/debian bookworm main contrib\n"
	  "deb tor+http://x.example/debian bookworm main contrib\n"
	  "deb ftp://x.example/debian bookworm main contrib\n",
	  "" },
	{ "personal archive beside the distribution's", APT_ONE_LINE, false,
	  "deb http://ppa.example/someone/ppa/ubuntu jammy main\n"
	  "deb http://archive.example/ubuntu jammy main restricted\n",
	  "http://archive.example/ubuntu" },
	{ "personal archive alone", APT_ONE_LINE, false,
	  "deb http://ppa.example/someone/ppa/ubuntu jammy main\n", "" },
	{ "third parties with main", APT_ONE_LINE, false,
	  "deb https://packages.example/apt cloud-sdk-bookworm main\n"
	  "deb [signed-by=/usr/share/keyrings/acme-archive-keyring.gpg] https://acme.example/"
	  " bookworm main\n"
	  "deb https://db.example/repos/apt bookworm-pgdg main\n",
	  "" },
	{ "third party in sources.list, path is another's", APT_ONE_LINE, true,
	  "deb https://acme.example/apt bookworm main\n", "" },
	{ "third party with its own key in sources.list", APT_ONE_LINE, true,
	  "deb [signed-by=/etc/apt/keyrings/acme.gpg] https://acme.example/debian bookworm main\n",
	  "" },
	{ "third party beside the distribution's in sources.list", APT_ONE_LINE, true,
	  "deb https://acme.example/debian bookworm main\n"
	  "deb http://deb.example/debian bookworm main\n"
	  "deb http://deb.example/debian bookworm-updates main\n",
	  "http://deb.example/debian" },
	{ "no component main", APT_ONE_LINE, true,
	  "deb https://d.example/linux/debian bookworm stable\n"
	  "deb http://deb.example/debian bookworm contrib non-free\n",
	  "" },
	{ "flat archive", APT_ONE_LINE, true, "deb http://flat.example/debian ./\n", "" },
	{ "half lines", APT_ONE_LINE, true,
	  "deb\ndeb http://x.example/debian\ndeb [\ndeb [ arch=amd64\ndebby http://x.example/debian"
	  " bookworm main\n\n \n",
	  "" },
	{ "no newline at the end", APT_ONE_LINE, true, "deb http://deb.example/debian sid main",
	  "http://deb.example/debian" },
	{ "carriage returns", APT_ONE_LINE, true, "deb http://deb.example/debian sid main\r\n",
	  "http://deb.example/debian" },
	{ "deb822", APT_DEB822, true,
	  "# a snapshot\n"
	  "Types: deb\n"
	  "URIs: http://deb.example/debian\n"
	  "Suites: bookworm bookworm-updates\n"
	  "Components: main\n"
	  "Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg\n"
	  "\n"
	  "Types: deb\n"
	  "URIs: http://deb.example/debian-security\n"
	  "Suites: bookworm-security\n"
	  "Components: main\n",
	  "http://deb.example/debian http://deb.example/debian-security" },
	{ "deb822, several of each, spread over lines", APT_DEB822, false,
	  "types: deb deb-src\n"
	  "uris:\n"
	  " http://a.example/ubuntu\n"
	  "# http://gone.example/ubuntu\n"
	  "\thttp://b.example/ubuntu\n"
	  "SUITES: noble\n noble-updates\n"
	  "Components: main\n universe\n",
	  "http://a.example/ubuntu http://b.example/ubuntu" },
	{ "deb822, disabled", APT_DEB822, true,
	  "Enabled: no\nTypes: deb\nURIs: http://a.example/debian\nSuites: sid\nComponents: "
	  "main\n\n"
	  "Types: deb\nURIs: http://b.example/debian\nSuites: sid\nComponents: main\n",
	  "http://b.example/debian" },
	{ "deb822, key inside", APT_DEB822, false,
	  "Types: deb\nURIs: http://a.example/debian\nSuites: sid\nComponents: main\nSigned-By:\n"
	  " -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n mDMEY865UxYJKwYBBAHaRw8BAQdA\n",
	  "" },
	{ "deb822, third party", APT_DEB822, false,
	  "Types: deb\nURIs: https://deb.node.example/node_20.x\nSuites: nodistro\n"
	  "Components: main\nSigned-By: /usr/share/keyrings/node.gpg\n",
	  "" },
	{ "deb822, packages of none", APT_DEB822, true,
	  "URIs: http://a.example/debian\nSuites: sid\nComponents: main\n", "" },
	{ "deb822, lines that are no fields", APT_DEB822, true, "x\n y\n:\n: \n \nURIs\n", "" },
	{ "passwords stay", APT_ONE_LINE, true,
	  "deb https://u:p@deb.example/debian bookworm main contrib\n",
	  "https://u:p@deb.example/debian" },
};

static char *
joined(const struct apt_archives *archives)
{
	cleanup_buf struct buf b = BUF_INIT(BUF_TEXT_MAX);

	for (size_t i = 0; i < archives->count; i++)
		buf_printf(&b, "%s%s", i ? " " : "", archives->items[i].uri);
	return mem_strdup(buf_text(&b));
}

static void
test_apt(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(apt_rows); i++) {
		cleanup_apt struct apt_archives archives = { 0 };
		cleanup_free char *got = NULL;

		apt_parse(str_from(apt_rows[i].text), apt_rows[i].format, apt_rows[i].own_file,
			  &archives);
		apt_keep_distribution(&archives);
		got = joined(&archives);
		if (strcmp(got, apt_rows[i].archives) != 0)
			fail_msg("%s: %s", apt_rows[i].name, got);
	}
}

static void
write_text(const char *folder, const char *name, const char *text)
{
	cleanup_free char *path = mem_printf("%s/%s", folder, name);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void
remove_folder(const char *folder)
{
	static const char *const names[] = { "sources.list", "sources.list.d/debian.sources",
					     "sources.list.d/acme.list", "sources.list.d/x.save",
					     "sources.list.d" };

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		cleanup_free char *path = mem_printf("%s/%s", folder, names[i]);

		remove(path);
	}
	assert_int_equal(remove(folder), 0);
}

static void
test_apt_folder(void **state)
{
	cleanup_free char *folder = unit_make_folder();
	cleanup_free char *more = mem_printf("%s/sources.list.d", folder);
	cleanup_apt struct apt_archives none = { 0 };
	cleanup_apt struct apt_archives archives = { 0 };
	cleanup_free char *got = NULL;

	(void)state;
	apt_read(folder, &none);
	assert_int_equal(none.count, 0);
	apt_read("/nowhere/at/all", &none);
	assert_int_equal(none.count, 0);

	assert_int_equal(mkdir(more, 0700), 0);
	write_text(folder, "sources.list", "# moved\n");
	write_text(more, "debian.sources",
		   "Types: deb\nURIs: http://deb.example/debian\nSuites: sid\nComponents: main\n");
	write_text(more, "acme.list", "deb http://acme.example/debian sid main\n");
	write_text(more, "x.save", "deb http://old.example/debian sid main contrib\n");
	apt_read(folder, &archives);
	got = joined(&archives);
	assert_string_equal(got, "http://deb.example/debian");
	remove_folder(folder);
}

static void
test_pool_path(void **state)
{
	static const struct {
		const char *implementation, *version, *url, *path;
		enum artifact_kind kind;
	} rows[] = {
		{ "cpython", "3.13.5", "https://x/Python-3.13.5.tar.xz",
		  "pool/main/p/python3.13/python3.13_3.13.5.orig.tar.xz", ARTIFACT_SOURCE },
		{ "cpython", "3.11.2", "https://x/Python-3.11.2.tgz",
		  "pool/main/p/python3.11/python3.11_3.11.2.orig.tar.gz", ARTIFACT_SOURCE },
		{ "cpython", "2.7.18", "https://x/Python-2.7.18.tar.gz",
		  "pool/main/p/python2.7/python2.7_2.7.18.orig.tar.gz", ARTIFACT_SOURCE },
		{ "cpython", "2.7", "https://x/Python-2.7.tar.bz2",
		  "pool/main/p/python2.7/python2.7_2.7.orig.tar.bz2", ARTIFACT_SOURCE },
		{ "cpython", "3.14.0rc2", "https://x/Python-3.14.0rc2.tar.xz",
		  "pool/main/p/python3.14/python3.14_3.14.0~rc2.orig.tar.xz", ARTIFACT_SOURCE },
		{ "cpython", "3.15.0a8", "https://x/Python-3.15.0a8.tar.xz",
		  "pool/main/p/python3.15/python3.15_3.15.0~a8.orig.tar.xz", ARTIFACT_SOURCE },
		{ "cpython", "3.13.5", "https://x/Python-3.13.5.zip", NULL, ARTIFACT_SOURCE },
		{ "cpython", "3.13.5", "https://x/cpython-3.13.5.tar.gz", NULL,
		  ARTIFACT_STANDALONE },
		{ "pypy", "3.11", "https://x/pypy3.11.tar.bz2", NULL, ARTIFACT_SOURCE },
		{ "cpython", "3-dev", "https://x/x.tgz", NULL, ARTIFACT_SOURCE },
		{ "cpython", "3.13-dev", "https://x/x.tgz", NULL, ARTIFACT_SOURCE },
		{ "cpython", "3./../x", "https://x/x.tgz", NULL, ARTIFACT_SOURCE },
		{ "cpython", "3.", "https://x/x.tgz", NULL, ARTIFACT_SOURCE },
		{ "cpython", ".3", "https://x/x.tgz", NULL, ARTIFACT_SOURCE },
		{ "cpython", "3", "https://x/x.tgz", NULL, ARTIFACT_SOURCE },
		{ "cpython", "", "https://x/x.tgz", NULL, ARTIFACT_SOURCE },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct artifact a = { .implementation = rows[i].implementation,
				      .version = rows[i].version,
				      .kind = rows[i].kind,
				      .url = rows[i].url };
		cleanup_free char *path = mirrors_pool_path(&a, "main");

		if (!path || !rows[i].path)
			assert_ptr_equal(path, rows[i].path);
		else
			assert_string_equal(path, rows[i].path);
	}
}

/* "KIND[+] url" a line; "+" where http is allowed. */
static char *
shown(const struct candidates *c)
{
	static const char *const kinds[] = { "mirror", "catalogue", "distribution" };
	cleanup_buf struct buf b = BUF_INIT(BUF_TEXT_MAX);

	for (size_t i = 0; i < c->count; i++)
		buf_printf(&b, "%s%s %s\n", kinds[c->items[i].kind],
			   c->items[i].allow_http ? "+" : "", c->items[i].url);
	return mem_strdup(buf_text(&b));
}

static void
test_candidates(void **state)
{
	static const struct {
		const char *mirrors, *digest_mirror, *candidates;
	} rows[] = {
		{ NULL, NULL,
		  "catalogue https://www.example.org/ftp/3.13.5/Python-3.13.5.tar.xz\n"
		  "catalogue https://www.example.org/ftp/3.13.5/Python-3.13.5.tgz\n" },
		{ "", "https://m.example/sums/",
		  "mirror+ https://m.example/sums/" SHA_XZ "\n"
		  "mirror+ https://m.example/sums/" SHA_GZ "\n"
		  "catalogue https://www.example.org/ftp/3.13.5/Python-3.13.5.tar.xz\n"
		  "catalogue https://www.example.org/ftp/3.13.5/Python-3.13.5.tgz\n" },
		{ "http://m.example/dir", NULL,
		  "mirror+ http://m.example/dir/" SHA_XZ "\n"
		  "mirror+ http://m.example/dir/Python-3.13.5.tar.xz\n"
		  "mirror+ http://m.example/dir/" SHA_GZ "\n"
		  "mirror+ http://m.example/dir/Python-3.13.5.tgz\n"
		  "catalogue https://www.example.org/ftp/3.13.5/Python-3.13.5.tar.xz\n"
		  "catalogue https://www.example.org/ftp/3.13.5/Python-3.13.5.tgz\n" },
		{ " https://www.example.org/ftp/=https://m.example/python/?a=b  "
		  "https://other.example/=file:///srv",
		  NULL,
		  "mirror+ https://m.example/python/?a=b/3.13.5/Python-3.13.5.tar.xz\n"
		  "mirror+ https://m.example/python/?a=b/3.13.5/Python-3.13.5.tgz\n"
		  "catalogue https://www.example.org/ftp/3.13.5/Python-3.13.5.tar.xz\n"
		  "catalogue https://www.example.org/ftp/3.13.5/Python-3.13.5.tgz\n" },
		/* A prefix ends where a component does. */
		{ "https://www.example.org/ft=https://m.example", NULL,
		  "catalogue https://www.example.org/ftp/3.13.5/Python-3.13.5.tar.xz\n"
		  "catalogue https://www.example.org/ftp/3.13.5/Python-3.13.5.tgz\n" },
		{ "https://www.example.org=https://m.example", NULL,
		  "mirror+ https://m.example/ftp/3.13.5/Python-3.13.5.tar.xz\n"
		  "mirror+ https://m.example/ftp/3.13.5/Python-3.13.5.tgz\n"
		  "catalogue https://www.example.org/ftp/3.13.5/Python-3.13.5.tar.xz\n"
		  "catalogue https://www.example.org/ftp/3.13.5/Python-3.13.5.tgz\n" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct mirror_options options = { .mirrors = rows[i].mirrors,
						  .digest_mirror = rows[i].digest_mirror };
		cleanup_candidates struct candidates c = { 0 };
		cleanup_err struct err err = { 0 };
		cleanup_free char *got = NULL;

		assert_ok(mirrors_find(&options, sources, 2, &c, &err), &err);
		got = shown(&c);
		assert_string_equal(got, rows[i].candidates);
	}
}

/* uv's variables stand for two upstreams, and for nothing else. */
static void
test_uvs_mirrors(void **state)
{
	static const struct artifact builds[] = {
		{ .implementation = "cpython",
		  .version = "3.13.5",
		  .variant = "",
		  .kind = ARTIFACT_STANDALONE,
		  .url = "https://github.com/astral-sh/python-build-standalone/releases/download/"
			 "20260814/cpython-3.13.5.tar.gz",
		  .sha256 = SHA_XZ },
		{ .implementation = "pypy",
		  .version = "pypy3.11-7.3.20",
		  .variant = "",
		  .kind = ARTIFACT_STANDALONE,
		  .url = "https://downloads.python.org/pypy/pypy3.11-v7.3.20-linux64.tar.bz2",
		  .sha256 = SHA_GZ },
	};
	struct mirror_options options = { .builds_mirror = "https://m.example/pbs",
					  .pypy_mirror = "file:///srv/pypy/" };
	cleanup_candidates struct candidates c = { 0 };
	cleanup_candidates struct candidates none = { 0 };
	cleanup_err struct err err = { 0 };

	(void)state;
	assert_ok(mirrors_find(&options, builds, 2, &c, &err), &err);
	assert_int_equal(c.count, 4);
	assert_string_equal(c.items[0].url, "https://m.example/pbs/20260814/cpython-3.13.5.tar.gz");
	assert_string_equal(c.items[1].url, "file:///srv/pypy/pypy3.11-v7.3.20-linux64.tar.bz2");
	assert_ok(mirrors_find(&options, sources, 1, &none, &err), &err);
	assert_int_equal(none.count, 1);
	options.builds_mirror = "nonsense";
	assert_fails(mirrors_find(&options, builds, 1, &none, &err), ERR_USAGE, &err);
}

static void
test_bad_settings(void **state)
{
	static const char *const bad[] = { "m.example", "ftp://m.example", "https://",
					   "https://a.example=ftp://b.example", "file:relative" };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct mirror_options as_mirror = { .mirrors = bad[i] };
		struct mirror_options as_digest = { .digest_mirror = bad[i] };
		cleanup_candidates struct candidates c = { 0 };
		cleanup_err struct err err = { 0 };

		assert_fails(mirrors_find(&as_mirror, sources, 2, &c, &err), ERR_USAGE, &err);
		assert_fails(mirrors_find(&as_digest, sources, 2, &c, &err), ERR_USAGE, &err);
	}
}

static void
test_distribution(void **state)
{
	cleanup_free char *folder = unit_make_folder();
	struct mirror_options options = { .apt_dir = folder };
	cleanup_candidates struct candidates c = { 0 };
	cleanup_err struct err err = { 0 };
	cleanup_free char *got = NULL;

	(void)state;
	write_text(folder, "sources.list", "deb http://a.example/ubuntu noble main universe\n");
	assert_ok(mirrors_find(&options, sources, 1, &c, &err), &err);
	got = shown(&c);
	assert_string_equal(got,
			    "catalogue https://www.example.org/ftp/3.13.5/Python-3.13.5.tar.xz\n"
			    "distribution+ http://a.example/ubuntu/pool/main/p/python3.13/"
			    "python3.13_3.13.5.orig.tar.xz\n"
			    "distribution+ http://a.example/ubuntu/pool/universe/p/python3.13/"
			    "python3.13_3.13.5.orig.tar.xz\n");
	assert_string_equal(c.items[0].source, "example.org");
	assert_string_equal(c.items[1].source, "this system's mirror");
	remove_folder(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_apt),	     cmocka_unit_test(test_apt_folder),
		cmocka_unit_test(test_pool_path),    cmocka_unit_test(test_candidates),
		cmocka_unit_test(test_uvs_mirrors),  cmocka_unit_test(test_bad_settings),
		cmocka_unit_test(test_distribution),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
