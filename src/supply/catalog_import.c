/* SPDX-License-Identifier: MIT */
/* The catalogue's files, made from what upstreams publish. */
#include <config.h>

#include "supply/catalog_import.h"

#include <string.h>

#include "base/map.h"
#include "base/vec.h"
#include "core/version.h"
#include "io/json.h"
#include "io/url.h"
#include "supply/catalog.h"
#include "trust/digest.h"

/* tar writes blocks of this many bytes. */
#define TAR_BLOCK 10240

struct entry {
	char *version;
	const char *type; /* static: ".tgz" */
	char *url;
	char *sha256;
	uint64_t size; /* 0: no input told it */
};

struct catalog_import {
	struct entry **entries;
	size_t count;
	struct map by_archive; /* "VERSION TYPE" -> entry */
};

struct catalog_import *
catalog_import_new(void)
{
	return mem_zalloc(sizeof(struct catalog_import));
}

void
catalog_import_free(struct catalog_import *import)
{
	for (size_t i = 0; i < import->count; i++) {
		free(import->entries[i]->version);
		free(import->entries[i]->url);
		free(import->entries[i]->sha256);
		free(import->entries[i]);
	}
	free(import->entries);
	map_reset(&import->by_archive);
	free(import);
}

bool
catalog_import_source(const char *url, char **ret_version, const char **ret_type)
{
	static const char *const types[] = { ".tgz", ".tar.gz", ".tar.bz2", ".tar.xz" };
	struct str name = url_base_name(url);
	struct version v;

	if (!str_starts(name, STR_LIT("Python-")))
		return false;
	name = str_skip(name, strlen("Python-"));
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		struct str number = name;
		size_t numbers;

		if (!str_ends(name, str_from(types[i])))
			continue;
		number.n -= strlen(types[i]);
		if (!version_parse(number, &v) || !str_eq_text(v.family, "cpython") ||
		    v.stage == VERSION_DEV || v.free_threaded || v.debug)
			return false;
		for (numbers = 0; numbers < number.n; numbers++)
			if (!str_is_digit(number.p[numbers]) && number.p[numbers] != '.')
				break;
		*ret_type = types[i];
		*ret_version = mem_printf("%.*s%s%.*s", (int)numbers, number.p,
					  v.release_parts < 2	? ".0.0"
					  : v.release_parts < 3 ? ".0"
								: "",
					  STR_ARG(str_skip(number, numbers)));
		return true;
	}
	return false;
}

static int
contradiction(const char *name, const char *url, const char *what, const char *old, const char *new,
	      struct err *err)
{
	err_set(err, ERR_CHECK, "%s contradicts an earlier list on %s", name, url);
	return err_detail(err, what, "%s before, %s now", old, new);
}

/* Two inputs on one archive: they must agree; a size may be new. */
static int
merge(struct entry *old, const struct entry *new, const char *name, struct err *err)
{
	if (strcmp(old->sha256, new->sha256) != 0)
		return contradiction(name, new->url, "sha256", old->sha256, new->sha256, err);
	if (old->size && new->size && old->size != new->size) {
		cleanup_free char *a = mem_printf("%llu", (unsigned long long)old->size);
		cleanup_free char *b = mem_printf("%llu", (unsigned long long)new->size);

		return contradiction(name, new->url, "size", a, b, err);
	}
	if (new->size)
		old->size = new->size;
	return 0;
}

/* python.org's list has the size of the tar file inside for the .tgz archives up to
 * 2.7.5 (its server calls gzip an encoding there): whole blocks of tar. Better no
 * size than one that no download has. */
static uint64_t
true_size(const char *type, uint64_t size)
{
	bool is_gzip = strcmp(type, ".tgz") == 0 || strcmp(type, ".tar.gz") == 0;

	return is_gzip && size % TAR_BLOCK == 0 ? 0 : size;
}

/* URL with a scheme in small letters; and python.org, which lists a few of its
 * releases with http:, answers only https:. Owned by the caller (free). */
static char *
clean_url(const char *url)
{
	struct str scheme = url_scheme(url);
	bool is_https = url_has_scheme(url, "https");

	if (!is_https && !url_has_scheme(url, "http"))
		return mem_strdup(url);
	is_https |= str_eq_text(url_host_port(url), "www.python.org");
	return mem_printf("%s%s", is_https ? "https" : "http", url + scheme.n);
}

static int
add(struct catalog_import *import, const char *listed_url, struct str sha256, uint64_t size,
    const char *name, size_t *added, struct err *err)
{
	struct entry new = { .size = size };
	cleanup_free char *url = clean_url(listed_url);
	cleanup_free char *version = NULL;
	cleanup_free char *key = NULL;
	cleanup_free char *digest = mem_strndup(sha256.p, sha256.n);
	struct entry *old;

	if (!catalog_import_source(url, &version, &new.type))
		return 0;
	if (!url_ok(url) || !digest_hex_ok(sha256) || size > CATALOG_ARTIFACT_MAX)
		return err_set(err, ERR_CHECK, "%s: the address, digest or size of %s is malformed",
			       name, url);
	new.size = true_size(new.type, size);
	/* One archive type may be listed under two addresses (http, a mirror). */
	key = mem_printf("%s %s", version, strcmp(new.type, ".tar.gz") == 0 ? ".tgz" : new.type);
	new.url = url;
	new.sha256 = digest;
	old = map_get(&import->by_archive, key);
	if (old)
		return merge(old, &new, name, err);
	old = mem_zalloc(sizeof(*old));
	*old = (struct entry){ steal_ptr(&version), new.type, steal_ptr(&url), steal_ptr(&digest),
			       new.size };
	import->entries = vec_grow(import->entries, import->count, sizeof(struct entry *));
	import->entries[import->count++] = old;
	map_set(&import->by_archive, key, old);
	++*added;
	return 0;
}

/* A list of release files, bare or inside an object ("results", "objects"). */
static int
add_json(struct catalog_import *import, struct str text, const char *name, size_t *added,
	 struct err *err)
{
	cleanup_json json_t *doc = NULL;
	const json_t *list;
	size_t i;
	const json_t *file;

	if (json_parse(text, name, JSON_DOCUMENT_MAX, &doc, err) < 0)
		return -1;
	list = doc;
	if (json_is_object(doc)) {
		list = json_object_get(doc, "results");
		list = list ? list : json_object_get(doc, "objects");
	}
	if (!json_is_array(list))
		return err_set(err, ERR_CHECK, "%s: there is no list of release files in it", name);
	json_array_foreach(list, i, file) {
		const char *url = json_get_text(file, "url");
		const char *digest = json_get_text(file, "sha256_sum");
		uint64_t size = 0;

		if (!url || !digest || !*digest ||
		    !json_is_true(json_object_get(file, "is_source")))
			continue;
		(void)json_get_u64(file, "filesize", &size);
		if (add(import, url, str_from(digest), size, name, added, err) < 0)
			return -1;
	}
	return 0;
}

static int
add_line(struct catalog_import *import, struct str line, const char *name, size_t *added,
	 struct err *err)
{
	struct str digest = { NULL, 0 };
	cleanup_free char *url = NULL;
	uint64_t size = 0;
	struct str field;

	while (str_split(&line, '\t', &field)) {
		field = str_trim(field);
		if (digest_hex_ok(field)) {
			digest = field;
		} else if (str_starts(field, STR_LIT("https://")) ||
			   str_starts(field, STR_LIT("http://"))) {
			free(url);
			url = mem_strndup(field.p, field.n);
		} else {
			(void)str_u64(field, 1, CATALOG_ARTIFACT_MAX, &size);
		}
	}
	if (!url || !digest.n)
		return 0;
	return add(import, url, digest, size, name, added, err);
}

int
catalog_import_add(struct catalog_import *import, struct str text, const char *name,
		   size_t *ret_added, struct err *err)
{
	struct str rest = text;
	struct str line;

	*ret_added = 0;
	text = str_trim(text);
	if (text.n && (text.p[0] == '[' || text.p[0] == '{'))
		return add_json(import, text, name, ret_added, err);
	while (str_line(&rest, &line))
		if (add_line(import, line, name, ret_added, err) < 0)
			return -1;
	return 0;
}

static int
compare_entries(const void *a, const void *b)
{
	const struct entry *x = *(struct entry *const *)a;
	const struct entry *y = *(struct entry *const *)b;
	struct version v;
	struct version w;
	int order = 0;

	if (version_parse(str_from(x->version), &v) && version_parse(str_from(y->version), &w))
		order = version_compare(&v, &w);
	return order ? order : strcmp(x->url, y->url);
}

int
catalog_import_write(const struct catalog_import *import, struct buf *ret, struct err *err)
{
	if (import->count)
		qsort(import->entries, import->count, sizeof(*import->entries), compare_entries);
	buf_add_text(ret, CATALOG_HEADER
		     "\n"
		     "# implementation\tversion\tvariant\tkind\tos\tarch\tlibc\tcpu\t"
		     "build\turl\tsha256\tsize\n");
	for (size_t i = 0; i < import->count; i++) {
		const struct entry *e = import->entries[i];
		struct artifact a = { .implementation = "cpython",
				      .version = e->version,
				      .variant = "",
				      .kind = ARTIFACT_SOURCE,
				      .os = "",
				      .arch = "",
				      .libc = "",
				      .cpu = "",
				      .build = "",
				      .url = e->url,
				      .sha256 = e->sha256,
				      .size = e->size };

		catalog_format_line(&a, ret);
		buf_add_char(ret, '\n');
	}
	return buf_check(ret, "the catalogue", err);
}
