/* SPDX-License-Identifier: MIT */
/* From a catalogue entry to an open file whose digest holds. */
#include <config.h>

#include "supply/fetch.h"

#include <inttypes.h>
#include <string.h>

#include "io/url.h"
#include "supply/cache.h"
#include "supply/fetch_internal.h"
#include "trust/digest.h"

/* Names shown of what the cache has. */
#define CACHED_SHOWN 12

void
fetched_reset(struct fetched *fetched)
{
	cleanup_fd_handler(&fetched->fd);
	provenance_reset(&fetched->provenance);
	free(fetched->path);
	free(fetched->address);
	*fetched = (struct fetched)FETCHED_INIT;
}

/* Hand CACHED's file to RET with where it came from. */
static void
deliver(struct cached *cached, const struct artifact *artifact, const char *url, const char *source,
	struct fetched *ret)
{
	ret->fd = steal_fd(&cached->fd);
	ret->path = steal_ptr(&cached->path);
	ret->provenance = (struct provenance){
		.kind = PROVENANCE_PINNED_DIGEST,
		.url = url_mask(url),
		.sha256 = mem_strdup(artifact->sha256),
		.size = cached->size,
		.source = mem_strdup(source),
	};
}

static int
from_cache(const struct fetch_options *options, const struct cache *cache,
	   const struct artifact *artifact, struct fetched *ret, struct err *err)
{
	cleanup_cached struct cached cached = CACHED_INIT;
	cleanup_free char *damaged = NULL;

	if (cache_find(cache, artifact, &cached, &damaged, err) < 0)
		return -1;
	if (damaged)
		event_warning(options->events, options->subject,
			      "%s was damaged and is removed: its SHA-256 no longer holds",
			      damaged);
	if (cached.fd >= 0)
		deliver(&cached, artifact, artifact->url, "the cache", ret);
	return 0;
}

static int
not_cached(const struct fetch_options *options, const struct cache *cache, struct err *err)
{
	cleanup_strvec struct strvec names = { 0 };
	cleanup_free char *text = NULL;

	cache_list(cache, &names);
	while (names.count > CACHED_SHOWN) {
		free(names.items[--names.count]);
		names.items[names.count] = NULL;
	}
	text = strvec_join(&names, ", ");
	err_set(err, ERR_NOT_CACHED,
		"%s is not complete in the cache, and --offline forbids the network",
		options->subject);
	err_detail(err, "in cache", "%s", names.count ? text : "nothing");
	return err_detail(err, "to fix", "pyvern install %s with a network", options->subject);
}

/* What went wrong with the candidates so far. */
struct failures {
	size_t count;
	struct strvec messages; /* each once */
	struct strvec tried;	/* as messages, each with its first address */
	struct strvec dead;	/* "host:port" that need not be asked again */
	struct strvec labels;	/* of the details of all failures, each once */
	struct strvec details;
	enum err_code code; /* ERR_CHECK when one answer was something else */
	uint64_t kept;	    /* most bytes of one artifact that stay in the cache */
};

static void
failures_reset(struct failures *f)
{
	strvec_reset(&f->messages);
	strvec_reset(&f->tried);
	strvec_reset(&f->dead);
	strvec_reset(&f->labels);
	strvec_reset(&f->details);
}
#define cleanup_failures cleanup_with(failures_reset)

/* Move a failed candidate's error into F. */
static void
remember(struct failures *f, const struct candidate *candidate, const struct fetch_try *try,
	 struct err *why)
{
	cleanup_free char *shown = url_mask(candidate->url);

	/* What a rule forbids is the reason only where nothing else is. */
	if (f->code != ERR_CHECK && (why->code != ERR_RULE || f->count == 0))
		f->code = why->code;
	f->count++;
	/* A mirror without the file says so for each name it may have. */
	if (!strvec_has(&f->messages, why->message)) {
		strvec_add(&f->messages, why->message);
		strvec_printf(&f->tried, "%s (%s)", why->message, shown);
	}
	for (size_t i = 0; i < why->detail_count; i++) {
		if (strvec_has(&f->details, why->details[i].text))
			continue;
		strvec_add(&f->labels, why->details[i].label);
		strvec_add(&f->details, why->details[i].text);
	}
	if (try->kept > f->kept)
		f->kept = try->kept;
	err_reset(why);
}

static bool
is_dead(const struct failures *f, const struct candidate *candidate)
{
	struct str host = url_host_port(candidate->url);
	cleanup_free char *text = mem_strndup(host.p ? host.p : "", host.n);

	return *text && strvec_has(&f->dead, text);
}

/* The error of a fetch that no candidate served: one failure speaks for itself,
 * several are listed. */
static int
all_failed(const struct fetch_options *options, struct failures *f, struct err *err)
{
	if (f->count == 1)
		/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): remember() put it there. */
		err_set(err, f->code, "%s: %s", options->subject, f->messages.items[0]);
	else
		err_set(err, f->code, "%s cannot be downloaded from any of %zu addresses",
			options->subject, f->count);
	for (size_t i = 0; i < f->tried.count && f->count > 1; i++)
		err_detail(err, "tried", "%s", f->tried.items[i]);
	for (size_t i = 0; i < f->details.count; i++)
		err_detail(err, f->labels.items[i], "%s", f->details.items[i]);
	if (f->kept > 0)
		return err_detail(err, "kept", "the %.1f MB: the next install goes on from there",
				  (double)f->kept / 1e6);
	if (!err_has_detail(err, "to fix"))
		err_detail(err, "to fix",
			   "another network, or a mirror: pyvern config set mirror URL");
	return -1;
}

/* The next candidate worth trying from *INDEX on, or NULL. */
static const struct candidate *
next_candidate(const struct candidates *all, const struct failures *f, size_t *index)
{
	for (; *index < all->count; (*index)++)
		if (!is_dead(f, &all->items[*index]))
			return &all->items[(*index)++];
	return NULL;
}

static void
tell_failure(const struct fetch_options *options, const struct candidate *failed,
	     const struct candidate *next, const struct err *why)
{
	/* Another file of the same source: nothing new for people. */
	if (next && !strcmp(next->source, failed->source))
		return;
	if (next)
		event_note(options->events, options->subject, "%s; trying %s", why->message,
			   next->source);
}

/* May its host be asked at all? io/http asks again, of redirects too: here it is known before
 * a download is told of. */
static int
pass_gate(const struct fetch_options *options, const struct candidate *candidate, struct err *err)
{
	const struct http_options *http = &options->http;

	if (!http->gate || url_has_scheme(candidate->url, "file"))
		return 0;
	return http->gate(http->gate_ctx, url_host(candidate->url), err);
}

static int
from_candidates(const struct fetch_options *options, struct http *http, const struct cache *cache,
		const struct candidates *all, const struct artifact **ret_artifact,
		struct fetched *ret, struct err *err)
{
	cleanup_failures struct failures failures = { 0 };
	const struct candidate *before = NULL;
	const struct candidate *next;
	size_t index = 0;
	bool is_followed = false;

	next = next_candidate(all, &failures, &index);
	while (next) {
		const struct candidate *now = next;
		struct fetch_try try = {
			.options = options, .cache = cache, .http = http, .is_followed = is_followed
		};
		cleanup_cached struct cached cached = CACHED_INIT;
		struct err why = { 0 };

		try.same_source = before && !strcmp(before->source, now->source);
		before = now;
		int status = pass_gate(options, now, &why) < 0
				     ? -1
				     : fetch_one(&try, now, &cached, &why);

		is_followed = try.is_followed;
		if (status == 0) {
			deliver(&cached, now->artifact, now->url,
				try.was_cached ? "the cache" : now->source, ret);
			ret->address = mem_strdup(now->url);
			*ret_artifact = now->artifact;
			return 0;
		}
		if (why.code != ERR_NETWORK && why.code != ERR_CHECK && why.code != ERR_RULE) {
			*err = why;
			return err_wrap(err, "cannot download %s", options->subject);
		}
		if (try.unreachable) {
			struct str host = url_host_port(now->url);

			strvec_add_str(&failures.dead, host);
		}
		next = next_candidate(all, &failures, &index);
		tell_failure(options, now, next, &why);
		remember(&failures, now, &try, &why);
	}
	return all_failed(options, &failures, err);
}

int
fetch_session_open(const struct http_options *http, struct fetch_session **ret, struct err *err)
{
	cleanup_fetch_session struct fetch_session *session = mem_zalloc(sizeof(*session));

	if (http_open(http, &session->http, err) < 0)
		return -1;
	*ret = steal_ptr(&session);
	return 0;
}

void
fetch_session_close(struct fetch_session *session)
{
	if (session)
		http_close(session->http);
	free(session);
}

static int
no_digest(const struct fetch_options *options, const char *url, struct err *err)
{
	(void)err_set(err, ERR_CHECK, "no SHA-256 is known for %s (%s)", options->subject, url);
	return err_detail(err, "to fix", "pyvern install %s --from %s --sha256 HEX",
			  options->subject, url);
}

int
fetch_artifact(const struct fetch_options *options, const struct artifact *alternatives,
	       size_t count, struct fetched *ret, struct err *err)
{
	cleanup_cache struct cache cache = CACHE_INIT;
	cleanup_candidates struct candidates candidates = { 0 };
	cleanup_fetch_session struct fetch_session *own = NULL;
	const struct artifact *artifact = NULL;
	struct http *http;

	for (size_t i = 0; i < count; i++)
		if (!digest_hex_ok(str_from(alternatives[i].sha256)))
			return no_digest(options, alternatives[i].url, err);
	if (cache_open(options->layout, options->cache, &cache, err) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		if (from_cache(options, &cache, &alternatives[i], ret, err) < 0)
			return -1;
		ret->chosen = i;
		if (ret->fd >= 0)
			return 0;
	}
	if (options->offline)
		return not_cached(options, &cache, err);
	if (cache_prepare(options->layout, &cache, err) < 0)
		return err_wrap(err, "cannot download %s", options->subject);
	if (!options->session && fetch_session_open(&options->http, &own, err) < 0)
		return -1;
	http = options->session ? options->session->http : own->http;
	if (mirrors_find(&options->mirrors, alternatives, count, &candidates, err) < 0 ||
	    from_candidates(options, http, &cache, &candidates, &artifact, ret, err) < 0)
		return -1;
	ret->chosen = (size_t)(artifact - alternatives);
	return 0;
}
