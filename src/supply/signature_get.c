/* SPDX-License-Identifier: MIT */
/* Where the text of a signature is: beside a file, in the cache, on the network. */
#include <config.h>

#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "io/json.h"
#include "io/url.h"
#include "supply/cache.h"
#include "supply/signature_internal.h"

/* Attestations of one file that are looked at, and bytes of all of them. */
#define ATTESTATIONS_MAX 16
#define ATTESTATIONS_SIZE_MAX ((size_t)8 * 1024 * 1024)

/* How long one that nobody has asked for may hold up an installation. */
#define IMPATIENT_STALL_S 10
#define IMPATIENT_PAUSE_MS 200
#define IMPATIENT_RETRY_AFTER_S 2

enum place { PLACE_BESIDE, PLACE_CACHE, PLACE_SENDER, PLACE_SERVICE, PLACE_UPSTREAM, PLACE_COUNT };

void
signature_text_reset(struct signature_text *text)
{
	buf_reset(&text->text);
	free(text->from);
	free(text->why_none);
	*text = (struct signature_text){ 0 };
}

/* Does TEXT begin as a signature of that kind does? Servers have pages for what they have
 * not. */
static bool
may_be(enum signature_kind kind, struct str text)
{
	if (kind == SIGNATURE_OPENPGP)
		return openpgp_is_signature(text);
	text = str_trim(text);
	return text.n && text.p[0] == '{';
}

static void
none(struct signature_text *ret, char *why)
{
	free(ret->why_none);
	ret->why_none = why;
}

/* Where it would be beside the user's file; NULL for what is no file. Owned by the caller. */
static char *
path_beside(const struct signature_spec *spec, enum signature_kind kind)
{
	const char *url = spec->artifact->url;
	cleanup_free char *path =
		spec->is_named && url_has_scheme(url, "file") ? url_file_path(url) : NULL;

	return path ? mem_printf("%s%s", path, signature_kind_ending(kind)) : NULL;
}

bool
signature_is_beside(const struct signature_spec *spec, enum signature_kind kind)
{
	cleanup_free char *beside = path_beside(spec, kind);

	return beside && access(beside, F_OK) == 0;
}

static void
from_beside(const struct signature_spec *spec, enum signature_kind kind, struct signature_text *ret)
{
	cleanup_free char *beside = path_beside(spec, kind);
	cleanup_err struct err missing = { 0 };

	if (!beside)
		return;
	if (!signature_is_beside(spec, kind)) {
		none(ret, mem_strdup("there is none beside it"));
	} else if (signature_read_file(beside, &ret->text, &missing) < 0) {
		buf_truncate(&ret->text, 0);
		none(ret, mem_strdup(missing.message));
	} else {
		ret->from = steal_ptr(&beside);
	}
}

static char *
kept_name(const struct signature_spec *spec, enum signature_kind kind)
{
	return mem_printf("%s%s", spec->file->provenance.sha256, signature_kind_ending(kind));
}

static int
open_cache(const struct signature_spec *spec, struct cache *ret, struct err *err)
{
	return cache_open(spec->layout, spec->fetch->cache, ret, err);
}

static void
from_cache(const struct signature_spec *spec, enum signature_kind kind, struct signature_text *ret)
{
	cleanup_cache struct cache cache = CACHE_INIT;
	cleanup_err struct err missing = { 0 };
	cleanup_free char *name = kept_name(spec, kind);

	if (open_cache(spec, &cache, &missing) < 0)
		return;
	for (size_t i = 0; i < cache.count; i++) {
		err_reset(&missing);
		if (fs_read_file(&cache.folders[i], name, &ret->text, &missing) == 0) {
			ret->is_kept = true;
			ret->from = mem_strdup("the cache");
			return;
		}
		buf_truncate(&ret->text, 0);
	}
	if (!spec->file->address && !ret->why_none)
		none(ret, mem_strdup("the cache has none"));
}

void
signature_keep(const struct signature_spec *spec, enum signature_kind kind, struct str text)
{
	cleanup_cache struct cache cache = CACHE_INIT;
	cleanup_err struct err ignored = { 0 };
	cleanup_free char *name = kept_name(spec, kind);

	if (open_cache(spec, &cache, &ignored) < 0 ||
	    cache_prepare(spec->layout, &cache, &ignored) < 0 ||
	    fs_replace_file(cache.target, name, text, 0644, &ignored) < 0)
		/* It can be had again. */
		event_note(spec->fetch->events, spec->fetch->subject,
			   "its signature is not kept in the cache: %s", ignored.message);
}

void
signature_forget(const struct signature_spec *spec, enum signature_kind kind)
{
	cleanup_cache struct cache cache = CACHE_INIT;
	cleanup_err struct err ignored = { 0 };
	cleanup_free char *name = kept_name(spec, kind);

	if (open_cache(spec, &cache, &ignored) < 0)
		return;
	for (size_t i = 0; i < cache.count; i++)
		(void)unlinkat(cache.folders[i].fd, name, 0);
}

void
signature_drop_archive(const struct signature_spec *spec)
{
	cleanup_cache struct cache cache = CACHE_INIT;
	cleanup_err struct err ignored = { 0 };
	const char *sha256 = spec->file->provenance.sha256;
	struct str name = spec->file->path ? path_base(spec->file->path) : (struct str){ 0 };

	if (spec->is_named || !str_starts(name, str_from(sha256)) ||
	    open_cache(spec, &cache, &ignored) < 0)
		return;
	for (size_t i = 0; i < cache.count; i++) {
		cleanup_free char *path = path_join(cache.folders[i].path, name.p, NULL);

		if (strcmp(path, spec->file->path) == 0)
			(void)unlinkat(cache.folders[i].fd, name.p, 0);
	}
}

/* Ask for URL; says for people that HOST has none where it has none. */
static bool
ask(const struct signature_spec *spec, const char *url, struct buf *ret,
    struct signature_text *text)
{
	struct fetch_options options = *spec->fetch;
	cleanup_free char *host = url_host_shown(url);
	cleanup_err struct err missing = { 0 };

	if (!spec->required) {
		options.session = NULL;
		options.http.stall_s = IMPATIENT_STALL_S;
		options.http.pause_ms = IMPATIENT_PAUSE_MS;
		options.http.retry_after_s = IMPATIENT_RETRY_AFTER_S;
	}
	if (fetch_text(&options, url, ret, &missing) == 0)
		return true;
	buf_truncate(ret, 0);
	none(text, missing.code == ERR_NOT_CACHED ? mem_strdup("without a network there is none")
						  : mem_printf("%s has none", host));
	return false;
}

static void
from_address(const struct signature_spec *spec, enum signature_kind kind, const char *address,
	     struct signature_text *ret)
{
	cleanup_free char *url = mem_printf("%s%s", address, signature_kind_ending(kind));

	if (!ask(spec, url, &ret->text, ret))
		return;
	ret->from = url_host_shown(url);
	if (may_be(kind, buf_str(&ret->text)))
		return;
	buf_truncate(&ret->text, 0);
	none(ret, mem_printf("%s has none", ret->from));
}

/* Source: GitHub's REST API, "list attestations": {"attestations": [{"bundle": {…}}, …]}. Some
 * answers have an address in place of the bundle; those are not followed. */
static void
take_attestation(const char *answer, size_t n, struct signature_text *ret)
{
	cleanup_json json_t *doc = NULL;
	cleanup_err struct err bad = { 0 };
	const json_t *list;
	size_t i;
	json_t *item;

	if (json_parse((struct str){ answer, n }, "the attestations", ATTESTATIONS_SIZE_MAX, &doc,
		       &bad) < 0)
		return;
	list = json_object_get(doc, "attestations");
	json_array_foreach(list, i, item) {
		const json_t *bundle = json_object_get(item, "bundle");
		cleanup_free char *text = NULL;

		if (i == ATTESTATIONS_MAX)
			return;
		if (!json_is_object(bundle))
			continue;
		text = json_dumps(bundle, JSON_COMPACT);
		/* The first one of provenance; others (of a bill of materials) may stand beside. */
		if (text) {
			buf_add_text(&ret->text, text);
			return;
		}
	}
}

/* A mirror is not the maker: its answer is asked for only where the maker's file came from the
 * maker, or where somebody wants to know. */
static bool
is_senders(const struct signature_spec *spec)
{
	struct str sender =
		spec->file->address ? url_host_port(spec->file->address) : (struct str){ 0 };
	struct str maker = url_host_port(spec->artifact->url);

	return sender.n && str_eq(sender, maker);
}

static void
from_service(const struct signature_spec *spec, const struct signature_way *way,
	     struct signature_text *ret)
{
	const char *other = config_get(spec->config, "attestation_service", NULL);
	bool is_set = other && *other;
	cleanup_buf struct buf answer = BUF_INIT(ATTESTATIONS_SIZE_MAX);
	cleanup_free char *url = NULL;

	if (!way->service || (!is_set && !spec->required && !is_senders(spec)))
		return;
	url = mem_printf("%s%s", is_set ? other : way->service, spec->file->provenance.sha256);
	if (!ask(spec, url, &answer, ret))
		return;
	ret->from = url_host_shown(url);
	take_attestation(buf_text(&answer), answer.len, ret);
	if (ret->text.len == 0)
		none(ret, mem_printf("%s has none", ret->from));
}

bool
signature_get(const struct signature_spec *spec, const struct signature_way *way, unsigned *place,
	      struct signature_text *ret)
{
	const char *sender = spec->file->address;
	const char *upstream = spec->artifact->url;

	if (ret->text.limit == 0)
		ret->text = (struct buf)BUF_INIT(SIGSTORE_BUNDLE_MAX);
	while (*place < PLACE_COUNT) {
		buf_truncate(&ret->text, 0);
		free(ret->from);
		ret->from = NULL;
		ret->is_kept = false;
		switch ((enum place)(*place)++) {
		case PLACE_BESIDE:
			from_beside(spec, way->kind, ret);
			break;
		case PLACE_CACHE:
			from_cache(spec, way->kind, ret);
			break;
		case PLACE_SENDER:
			if (sender)
				from_address(spec, way->kind, sender, ret);
			break;
		case PLACE_SERVICE:
			from_service(spec, way, ret);
			break;
		case PLACE_UPSTREAM:
			if ((spec->required || ret->was_spoilt) && !spec->is_named &&
			    !(sender && strcmp(sender, upstream) == 0))
				from_address(spec, way->kind, upstream, ret);
			break;
		case PLACE_COUNT:
			break;
		}
		if (ret->text.len)
			return true;
	}
	return false;
}
