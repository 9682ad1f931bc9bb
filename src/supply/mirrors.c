/* SPDX-License-Identifier: MIT */
/* Where an artifact can be had: addresses in the order in which they are asked. */
#include <config.h>

#include "supply/mirrors.h"

#include <string.h>

#include "base/vec.h"
#include "io/url.h"
#include "supply/apt.h"

/* Archives of the distribution that are asked: each costs a round trip. */
#define ARCHIVES_ASKED_MAX 4

/* What uv's variables stand for. */
#define BUILDS_UPSTREAM "https://github.com/astral-sh/python-build-standalone/releases/download"
#define PYPY_UPSTREAM "https://downloads.python.org/pypy"

static char *
mirror_name(const char *url)
{
	cleanup_free char *host = url_host_shown(url);

	if (*host)
		return mem_printf("mirror %s", host);
	return url_file_path(url);
}

/* Takes URL. */
static void
add(struct candidates *to, enum candidate_kind kind, const struct artifact *artifact, char *url)
{
	struct candidate *c;

	for (size_t i = 0; i < to->count; i++)
		if (!strcmp(to->items[i].url, url)) {
			free(url);
			return;
		}
	to->items = vec_grow(to->items, to->count, sizeof(*to->items));
	c = &to->items[to->count++];
	*c = (struct candidate){ .kind = kind, .artifact = artifact, .url = url };
	switch (kind) {
	case CANDIDATE_MIRROR:
		c->source = mirror_name(url);
		c->allow_http = true;
		break;
	case CANDIDATE_CATALOGUE:
		c->source = url_has_scheme(url, "file") ? url_file_path(url) : url_host_shown(url);
		/* What does not leave this machine needs no TLS. */
		c->allow_http = url_is_loopback(url);
		break;
	case CANDIDATE_DISTRIBUTION:
		c->source = mem_strdup("this system's mirror");
		c->allow_http = true;
		break;
	}
}

static int
check_mirror(const char *url, const char *setting, struct err *err)
{
	cleanup_free char *shown = url_mask(url);

	if (url_ok(url))
		return 0;
	err_set(err, ERR_USAGE, "%s in %s is no http, https or file address", shown, setting);
	return err_detail(err, "example", "https://HOST/FOLDER, or FROM=https://HOST/FOLDER");
}

/* Where "FROM=TO" is parted: an "=" that an address follows (addresses may hold
 * one themselves). NULL: it is one address. */
static char *
rewrite_sign(char *word)
{
	for (char *p = strchr(word, '='); p; p = strchr(p + 1, '='))
		if (url_scheme(p + 1).n > 0)
			return p;
	return NULL;
}

static int
add_rewritten(struct candidates *to, const char *from, const char *base, const char *setting,
	      const struct artifact *artifacts, size_t count, struct err *err)
{
	size_t n = strlen(from);

	if (check_mirror(from, setting, err) < 0 || check_mirror(base, setting, err) < 0)
		return -1;
	while (n > 0 && from[n - 1] == '/')
		n--;
	for (size_t i = 0; i < count; i++) {
		const char *url = artifacts[i].url;

		if (!strncmp(url, from, n) && url[n] == '/')
			add(to, CANDIDATE_MIRROR, &artifacts[i], url_join(base, url + n));
	}
	return 0;
}

static int
add_mirror(struct candidates *to, char *word, const struct artifact *artifacts, size_t count,
	   struct err *err)
{
	char *sign = rewrite_sign(word);

	if (sign) {
		*sign = '\0';
		return add_rewritten(to, word, sign + 1, "`mirror`", artifacts, count, err);
	}
	if (check_mirror(word, "`mirror`", err) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		struct str base = url_base_name(artifacts[i].url);
		cleanup_free char *name = mem_strndup(base.p, base.n);

		add(to, CANDIDATE_MIRROR, &artifacts[i], url_join(word, artifacts[i].sha256));
		if (*name)
			add(to, CANDIDATE_MIRROR, &artifacts[i], url_join(word, name));
	}
	return 0;
}

/* ".tgz" and ".tar.gz" are "gz" in a pool; "" for what pools do not have. */
static const char *
pool_compression(const char *url)
{
	static const struct {
		const char *ending;
		const char *pool;
	} endings[] = {
		{ ".tar.xz", "xz" },
		{ ".tgz", "gz" },
		{ ".tar.gz", "gz" },
		{ ".tar.bz2", "bz2" },
	};
	struct str base = url_base_name(url);

	for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++)
		if (str_ends(base, str_from(endings[i].ending)))
			return endings[i].pool;
	return "";
}

char *
mirrors_pool_path(const struct artifact *artifact, const char *component)
{
	struct str version = str_from(artifact->version);
	const char *compression = pool_compression(artifact->url);
	size_t numbers = strspn(version.p, "0123456789.");
	size_t major = str_find(version, '.');
	size_t series;

	if (artifact->kind != ARTIFACT_SOURCE || strcmp(artifact->implementation, "cpython") != 0 ||
	    !*compression || major == 0 || major >= numbers)
		return NULL;
	series = major + 1 + strspn(version.p + major + 1, "0123456789");
	if (series == major + 1 || strspn(version.p, "0123456789.abrc") != version.n)
		return NULL;
	/* A pre-release sorts before the release: 3.14.0~rc2. */
	return mem_printf("pool/%s/p/python%.*s/python%.*s_%.*s%s%s.orig.tar.%s", component,
			  (int)series, version.p, (int)series, version.p, (int)numbers, version.p,
			  numbers < version.n ? "~" : "", version.p + numbers, compression);
}

static void
add_pool(struct candidates *to, const char *uri, const char *component,
	 const struct artifact *artifacts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		cleanup_free char *path = mirrors_pool_path(&artifacts[i], component);

		if (path)
			add(to, CANDIDATE_DISTRIBUTION, &artifacts[i], url_join(uri, path));
	}
}

int
mirrors_find(const struct mirror_options *options, const struct artifact *alternatives,
	     size_t count, struct candidates *ret, struct err *err)
{
	cleanup_apt struct apt_archives archives = { 0 };
	const char *digest_mirror = options->digest_mirror ? options->digest_mirror : "";
	struct str words = str_from(options->mirrors);
	struct str word;

	if (*digest_mirror) {
		if (check_mirror(digest_mirror, "PYTHON_BUILD_MIRROR_URL", err) < 0)
			return -1;
		for (size_t i = 0; i < count; i++)
			add(ret, CANDIDATE_MIRROR, &alternatives[i],
			    url_join(digest_mirror, alternatives[i].sha256));
	}
	while (str_word(&words, &word)) {
		cleanup_free char *text = mem_strndup(word.p, word.n);

		if (add_mirror(ret, text, alternatives, count, err) < 0)
			return -1;
	}
	if (options->builds_mirror &&
	    add_rewritten(ret, BUILDS_UPSTREAM, options->builds_mirror, "UV_PYTHON_INSTALL_MIRROR",
			  alternatives, count, err) < 0)
		return -1;
	if (options->pypy_mirror &&
	    add_rewritten(ret, PYPY_UPSTREAM, options->pypy_mirror, "UV_PYPY_INSTALL_MIRROR",
			  alternatives, count, err) < 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		add(ret, CANDIDATE_CATALOGUE, &alternatives[i], mem_strdup(alternatives[i].url));
	if (options->apt_dir && *options->apt_dir)
		apt_read(options->apt_dir, &archives);
	for (size_t i = 0; i < archives.count && i < ARCHIVES_ASKED_MAX; i++) {
		add_pool(ret, archives.items[i].uri, "main", alternatives, count);
		if (apt_has_universe(&archives.items[i]))
			add_pool(ret, archives.items[i].uri, "universe", alternatives, count);
	}
	return 0;
}

void
candidates_reset(struct candidates *candidates)
{
	for (size_t i = 0; i < candidates->count; i++) {
		free(candidates->items[i].url);
		free(candidates->items[i].source);
	}
	free(candidates->items);
	*candidates = (struct candidates){ 0 };
}
