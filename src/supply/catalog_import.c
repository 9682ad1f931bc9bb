/* SPDX-License-Identifier: MIT */
/* The catalogue's files, made from what upstreams publish: what is taken, and written. */
#include <config.h>

#include "supply/catalog_import_internal.h"

#include <string.h>

#include "base/map.h"
#include "core/version.h"
#include "io/url.h"
#include "supply/catalog_internal.h"
#include "trust/digest.h"

/* tar writes blocks of this many bytes. */
#define TAR_BLOCK 10240

struct entry {
	struct artifact artifact; /* its texts are in TEXTS */
	struct strvec texts;
	char *stem; /* of the file that it belongs into */
};

struct catalog_import {
	struct entry **entries;
	size_t count;
	struct map by_key;  /* what an artifact is -> entry */
	struct map names;   /* versions that have an artifact */
	struct map refused; /* name -> why (static) */
	bool sorted;
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
		strvec_reset(&import->entries[i]->texts);
		free(import->entries[i]->stem);
		free(import->entries[i]);
	}
	free(import->entries);
	map_reset(&import->by_key);
	map_reset(&import->names);
	map_reset(&import->refused);
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

static const char *
keep(struct entry *entry, const char *text)
{
	strvec_add(&entry->texts, text);
	return entry->texts.items[entry->texts.count - 1];
}

/* Two inputs on one file: they must agree; a digest or a size may be new. */
static int
merge(struct entry *old, const struct artifact *new, const char *name, struct err *err)
{
	struct artifact *a = &old->artifact;

	if (*a->sha256 && *new->sha256 && strcmp(a->sha256, new->sha256) != 0)
		return contradiction(name, new->url, "sha256", a->sha256, new->sha256, err);
	if (a->size && new->size && a->size != new->size) {
		cleanup_free char *x = mem_printf("%llu", (unsigned long long)a->size);
		cleanup_free char *y = mem_printf("%llu", (unsigned long long)new->size);

		return contradiction(name, new->url, "size", x, y, err);
	}
	if (new->size)
		a->size = new->size;
	if (!*a->sha256 && *new->sha256)
		a->sha256 = keep(old, new->sha256);
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

/* ".tar.gz" of an address: archives of one thing in several compressions are several. */
static const char *
archive_type(const char *url)
{
	static const char *const types[] = { ".tar.xz", ".tar.zst", ".tar.bz2", ".tar.gz", ".tgz" };

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (str_ends(str_from(url), str_from(types[i])))
			/* One archive may be listed with both endings. */
			return strcmp(types[i], ".tgz") == 0 ? ".tar.gz" : types[i];
	return "";
}

static char *
make_key(const struct artifact *a)
{
	return mem_printf("%s\t%s\t%s\t%d\t%s\t%s\t%s\t%s\t%s\t%s", a->implementation, a->version,
			  a->variant, (int)a->kind, a->os, a->arch, a->libc, a->cpu, a->build,
			  archive_type(a->url));
}

static struct entry *
new_entry(const struct artifact *a)
{
	struct entry *e = mem_zalloc(sizeof(*e));

	e->artifact = (struct artifact){ .implementation = keep(e, a->implementation),
					 .version = keep(e, a->version),
					 .variant = keep(e, a->variant),
					 .kind = a->kind,
					 .os = keep(e, a->os),
					 .arch = keep(e, a->arch),
					 .libc = keep(e, a->libc),
					 .cpu = keep(e, a->cpu),
					 .build = keep(e, a->build),
					 .url = keep(e, a->url),
					 .sha256 = keep(e, a->sha256),
					 .size = a->size };
	e->stem = a->kind == ARTIFACT_SOURCE
			  ? mem_strdup(a->implementation)
			  : mem_printf("%s-%s-%s-%s", a->implementation, a->os, a->arch, a->libc);
	return e;
}

static bool
is_well_formed(const struct artifact *a)
{
	const char *const words[] = { a->variant, a->os, a->arch, a->libc, a->cpu, a->build };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (!catalog_word_ok(str_from(words[i])))
			return false;
	return *a->implementation && catalog_word_ok(str_from(a->implementation)) &&
	       url_ok(a->url) && !strpbrk(a->url, "\t\n") &&
	       (!*a->sha256 || digest_hex_ok(str_from(a->sha256))) &&
	       a->size <= CATALOG_ARTIFACT_MAX && version_name_ok(str_from(a->version)) &&
	       !strpbrk(a->version, "\t\n");
}

int
import_artifact(struct import_input *input, const struct artifact *artifact, struct err *err)
{
	struct catalog_import *import = input->import;
	cleanup_free char *url = clean_url(artifact->url);
	cleanup_free char *key = NULL;
	struct artifact new = *artifact;
	struct entry *old;

	new.url = url;
	if (!is_well_formed(&new))
		return err_set(err, ERR_CHECK,
			       "%s: the name, address, digest or size of %s is malformed",
			       input->name, url);
	key = make_key(&new);
	old = map_get(&import->by_key, key);
	if (old)
		return merge(old, &new, input->name, err);
	old = new_entry(&new);
	import->entries = vec_grow(import->entries, import->count, sizeof(struct entry *));
	import->entries[import->count++] = old;
	import->sorted = false;
	map_set(&import->by_key, key, old);
	map_set(&import->names, new.version, old);
	input->added++;
	return 0;
}

int
import_source(struct import_input *input, const char *url, struct str sha256, uint64_t size,
	      struct err *err)
{
	cleanup_free char *version = NULL;
	cleanup_free char *digest = mem_strndup(sha256.p, sha256.n);
	struct artifact a = { .implementation = "cpython",
			      .variant = "",
			      .kind = ARTIFACT_SOURCE,
			      .os = "",
			      .arch = "",
			      .libc = "",
			      .cpu = "",
			      .build = "",
			      .url = url,
			      .sha256 = digest };
	const char *type;

	if (!catalog_import_source(url, &version, &type))
		return 0;
	if (!digest_hex_ok(sha256) || size > CATALOG_ARTIFACT_MAX)
		return err_set(err, ERR_CHECK, "%s: the address, digest or size of %s is malformed",
			       input->name, url);
	a.version = version;
	a.size = true_size(type, size);
	return import_artifact(input, &a, err);
}

void
import_refuse(struct import_input *input, const char *name, const char *why)
{
	if (version_name_ok(str_from(name)) && !map_get(&input->import->refused, name))
		map_set(&input->import->refused, name, (void *)why);
}

static int
add_line(struct import_input *input, struct str line, struct err *err)
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
	return import_source(input, url, digest, size, err);
}

/* A list of things, bare or inside an object ("results", "objects"); or uv's object. */
static int
add_json(struct import_input *input, struct str text, struct err *err)
{
	cleanup_json json_t *doc = NULL;
	const json_t *list;
	const json_t *first;

	if (json_parse(text, input->name, JSON_DOCUMENT_MAX, &doc, err) < 0)
		return -1;
	list = doc;
	if (json_is_object(doc)) {
		list = json_object_get(doc, "results");
		list = list ? list : json_object_get(doc, "objects");
		if (!list)
			return import_builds(input, doc, err);
	}
	if (!json_is_array(list))
		return err_set(err, ERR_CHECK, "%s: there is no list of release files in it",
			       input->name);
	first = json_array_get(list, 0);
	if (json_object_get(first, "pypy_version"))
		return import_pypy(input, list, err);
	if (json_object_get(first, "tag_name"))
		return import_graalpy(input, list, err);
	return import_releases(input, list, err);
}

int
import_releases(struct import_input *input, const json_t *list, struct err *err)
{
	const json_t *file;
	size_t i;

	json_array_foreach(list, i, file) {
		const char *url = json_get_text(file, "url");
		const char *digest = json_get_text(file, "sha256_sum");
		uint64_t size = 0;

		if (!url || !digest || !*digest ||
		    !json_is_true(json_object_get(file, "is_source")))
			continue;
		(void)json_get_u64(file, "filesize", &size);
		if (import_source(input, url, str_from(digest), size, err) < 0)
			return -1;
	}
	return 0;
}

static int
add_text(struct import_input *input, struct str text, struct err *err)
{
	struct str trimmed = str_trim(text);
	struct str line;

	if (trimmed.n && (trimmed.p[0] == '[' || trimmed.p[0] == '{'))
		return add_json(input, trimmed, err);
	if (import_is_table(text))
		return import_table(input, text, err);
	while (str_line(&text, &line))
		if (add_line(input, line, err) < 0)
			return -1;
	return 0;
}

int
catalog_import_add(struct catalog_import *import, struct str text, const char *name,
		   size_t *ret_added, struct err *err)
{
	struct import_input input = { .import = import, .name = name };
	int result = add_text(&input, text, err);

	*ret_added = input.added;
	return result;
}

/* By version, then by the columns up to the address, as catalog_check_text() wants it. */
static int
compare_entries(const void *a, const void *b)
{
	const struct artifact *x = &(*(struct entry *const *)a)->artifact;
	const struct artifact *y = &(*(struct entry *const *)b)->artifact;
	const char *const left[] = { x->variant, artifact_kind_name(x->kind),
				     x->os,	 x->arch,
				     x->libc,	 x->cpu,
				     x->build,	 x->url };
	const char *const right[] = { y->variant, artifact_kind_name(y->kind),
				      y->os,	  y->arch,
				      y->libc,	  y->cpu,
				      y->build,	  y->url };
	struct version v;
	struct version w;
	int order = 0;

	if (version_parse(str_from(x->version), &v) && version_parse(str_from(y->version), &w))
		order = version_compare(&v, &w);
	for (size_t i = 0; order == 0 && i < sizeof(left) / sizeof(*left); i++)
		order = strcmp(left[i], right[i]);
	return order;
}

void
catalog_import_stems(const struct catalog_import *import, struct strvec *ret_stems)
{
	for (size_t i = 0; i < import->count; i++)
		if (!strvec_has(ret_stems, import->entries[i]->stem))
			strvec_add(ret_stems, import->entries[i]->stem);
	strvec_sort(ret_stems);
}

int
catalog_import_write(struct catalog_import *import, const char *stem, struct buf *ret,
		     struct err *err)
{
	if (import->count && !import->sorted)
		qsort(import->entries, import->count, sizeof(*import->entries), compare_entries);
	import->sorted = true;
	buf_add_text(ret, CATALOG_HEADER
		     "\n"
		     "# implementation\tversion\tvariant\tkind\tos\tarch\tlibc\tcpu\t"
		     "build\turl\tsha256\tsize\n");
	for (size_t i = 0; i < import->count; i++) {
		if (strcmp(import->entries[i]->stem, stem) != 0)
			continue;
		catalog_format_line(&import->entries[i]->artifact, ret);
		buf_add_char(ret, '\n');
	}
	return buf_check(ret, "the catalogue", err);
}

struct refusing {
	const struct catalog_import *import;
	struct strvec lines;
};

static int
add_refused(const char *name, void *why, void *ctx)
{
	struct refusing *r = ctx;

	if (!map_get(&r->import->names, name))
		strvec_printf(&r->lines, "%s\t%s", name, (const char *)why);
	return 0;
}

int
catalog_import_write_refused(const struct catalog_import *import, struct buf *ret, struct err *err)
{
	struct refusing r = { .import = import };

	(void)map_each(&import->refused, add_refused, &r);
	strvec_sort(&r.lines);
	buf_add_text(ret, CATALOG_REFUSED_HEADER "\n# name\twhy it cannot be installed\n");
	for (size_t i = 0; i < r.lines.count; i++)
		buf_printf(ret, "%s\n", r.lines.items[i]);
	strvec_reset(&r.lines);
	return buf_check(ret, "the list of what cannot be installed", err);
}
