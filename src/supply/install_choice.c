/* SPDX-License-Identifier: MIT */
/* What a request is answered with: a build that somebody made, or a source. */
#include <config.h>

#include "supply/install_choice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The best of what the rules refuse, among what would answer. */
struct sieve {
	const struct install_rules *rules;
	const struct request *request;
	char name[VERSION_NAME_MAX + 1]; /* of `version` */
	struct version version;
	struct err why; /* ERR_NONE: nothing was refused */
};

/* What is known of one request. */
struct offers {
	struct request request;
	struct artifacts prebuilt;
	struct artifacts source;
	struct sieve no_prebuilt; /* what is not among them */
	struct sieve no_source;
};

static void
offers_reset(struct offers *offers)
{
	artifacts_reset(&offers->prebuilt);
	artifacts_reset(&offers->source);
	err_reset(&offers->no_prebuilt.why);
	err_reset(&offers->no_source.why);
}

static bool
sieve_takes(void *ctx, enum artifact_kind kind, const struct version *v)
{
	struct sieve *s = ctx;
	struct err why = { 0 };

	if (!s->rules || install_rules_check(s->rules, install_rules_source(kind, v), v, &why) == 0)
		return true;
	if (s->why.code != ERR_NONE && !request_prefers(s->request, v, &s->version)) {
		err_reset(&why);
		return false;
	}
	err_reset(&s->why);
	s->why = why;
	(void)snprintf(s->name, sizeof(s->name), "%.*s", STR_ARG(v->name));
	(void)version_parse(str_from(s->name), &s->version);
	return false;
}

/* Would S have had a better answer than V? */
static bool
is_passed(const struct sieve *s, const struct version *v)
{
	return s->why.code != ERR_NONE && request_prefers(s->request, &s->version, v);
}

static int
parse(const struct choice_input *in, const char *text, struct request *ret, struct err *err)
{
	const char *why = NULL;

	if (!request_parse(str_from(text), ret, &why))
		return err_set(err, ERR_USAGE, "%s is no version: %s", text, why);
	if (ret->kind == REQUEST_SYSTEM)
		return err_set(err, ERR_USAGE, "system is not ours to install");
	ret->want.debug |= in->debug;
	ret->want.free_threaded |= in->free_threaded;
	return 0;
}

static int
look(const struct choice_input *in, const char *text, struct offers *ret, struct err *err)
{
	const struct catalog_filter builds = { sieve_takes, &ret->no_prebuilt };
	const struct catalog_filter sources = { sieve_takes, &ret->no_source };

	ret->no_prebuilt.rules = ret->no_source.rules = in->rules;
	ret->no_prebuilt.request = ret->no_source.request = &ret->request;
	if (parse(in, text, &ret->request, err) < 0 ||
	    catalog_find_prebuilt(in->catalog, &ret->request, &in->target, &builds, &ret->prebuilt,
				  err) < 0)
		return -1;
	return catalog_find(in->catalog, &ret->request, ARTIFACT_SOURCE, &sources, &ret->source,
			    err);
}

static int
unknown(const struct choice_input *in, const char *text, const struct request *request,
	struct err *err)
{
	(void)catalog_unknown(in->catalog, text, err);
	if (request->want.free_threaded && !version_can_be_free_threaded(&request->want))
		(void)err_detail(err, "because", "free-threaded builds begin with CPython 3.13");
	return -1;
}

/* All that answers TEXT is refused. Takes what SIEVE has to say. */
static int
refused(struct sieve *sieve, const char *text, struct err *err)
{
	*err = sieve->why;
	sieve->why = (struct err){ 0 };
	return strcmp(text, sieve->name) == 0 ? -1 : err_wrap(err, "%s", text);
}

/* There is something for TEXT, but not what was insisted on. */
static int
only_source(const struct choice_input *in, const char *text, struct err *err)
{
	(void)err_set(err, ERR_UNKNOWN_VERSION, "nobody's build of %s is known for %s %s%s%s", text,
		      in->target.os, in->target.arch, *in->target.libc ? " " : "", in->target.libc);
	return err_detail(err, "to fix", "without --prebuilt: it is built from source");
}

static int
only_prebuilt(const struct choice_input *in, const char *text, const struct artifact *artifact,
	      struct err *err)
{
	cleanup_free char *what = install_describe(artifact);

	(void)err_set(err, ERR_UNKNOWN_VERSION, "no source of %s is known", text);
	(void)err_detail(err, "known is", "%s: %s", artifact->version, what);
	return err_detail(err, "to fix", "without %s", in->build_flag ? in->build_flag : "--build");
}

/* Take FOUND over as one more candidate: where it may be old, the artifacts that are
 * of the same build as the first. */
static void
add_candidate(const struct choice_input *in, struct artifacts *found, struct install_choice *choice)
{
	struct install_candidate *candidate = &choice->candidates[choice->count++];
	const struct artifact *best = &found->items[0];
	size_t n = 1;

	while (n < found->count && found->items[n].kind == best->kind &&
	       (in->offline || strcmp(found->items[n].build, best->build) == 0))
		n++;
	*candidate = (struct install_candidate){ best->kind, *found };
	candidate->artifacts.count = n;
	*found = (struct artifacts){ 0 };
}

/* 3.13.5 and 3.13.7 are, 3.12.1 is not, and a name that is no version never. */
static bool
same_series(const struct version *a, const struct version *b)
{
	return str_eq(a->family, b->family) && a->language_parts >= 2 && b->language_parts >= 2 &&
	       a->language[0] == b->language[0] && a->language[1] == b->language[1];
}

/* Is what has been built good enough, beside the newest source? *RET_BEHIND: there is a
 * newer source. */
static bool
may_be_prebuilt(const struct offers *offers, bool *ret_behind)
{
	struct version built;
	struct version source;

	*ret_behind = false;
	if (offers->prebuilt.count == 0 || offers->source.count == 0)
		return offers->prebuilt.count != 0;
	if (!version_parse(str_from(offers->prebuilt.items[0].version), &built) ||
	    !version_parse(str_from(offers->source.items[0].version), &source))
		return false;
	*ret_behind = request_prefers(&offers->request, &source, &built);
	return !*ret_behind || same_series(&built, &source);
}

/* The source of just the version that was chosen, for when its build cannot be had. */
static int
add_stand_by(const struct choice_input *in, const struct request *request, const char *version,
	     struct install_choice *choice, struct err *err)
{
	cleanup_artifacts struct artifacts found = { 0 };
	struct request exact;
	struct sieve sieve = { .rules = in->rules, .request = &exact };
	const struct catalog_filter filter = { sieve_takes, &sieve };
	int status;

	if (!request_parse(str_from(version), &exact, NULL))
		return 0;
	exact.want.free_threaded |= request->want.free_threaded;
	exact.want.debug |= request->want.debug;
	status = catalog_find(in->catalog, &exact, ARTIFACT_SOURCE, &filter, &found, err);
	err_reset(&sieve.why);
	if (status < 0)
		return -1;
	if (found.count && strcmp(found.items[0].version, version) == 0)
		add_candidate(in, &found, choice);
	return 0;
}

static int
take_prebuilt(const struct choice_input *in, struct offers *offers, bool behind,
	      struct install_choice *choice, struct err *err)
{
	const char *version;

	if (behind)
		choice->newer = mem_strdup(offers->source.items[0].version);
	add_candidate(in, &offers->prebuilt, choice);
	version = choice->candidates[0].artifacts.items[0].version;
	return in->source == INSTALL_PREBUILT
		       ? 0
		       : add_stand_by(in, &offers->request, version, choice, err);
}

static int
choose(const struct choice_input *in, const char *text, struct offers *offers,
       struct install_choice *choice, struct err *err)
{
	bool behind;
	bool is_near = may_be_prebuilt(offers, &behind);
	bool must_build = in->source == INSTALL_BUILD || in->build_flag;
	bool would_build =
		in->source == INSTALL_AUTO && (in->build_reason || !in->prefers_prebuilt);
	bool has_source = offers->source.count != 0;

	if (must_build && !has_source)
		return offers->no_source.why.code != ERR_NONE
			       ? refused(&offers->no_source, text, err)
			       : only_prebuilt(in, text, &offers->prebuilt.items[0], err);
	if (in->source == INSTALL_PREBUILT && offers->prebuilt.count == 0)
		return offers->no_prebuilt.why.code != ERR_NONE
			       ? refused(&offers->no_prebuilt, text, err)
			       : only_source(in, text, err);
	if (must_build || (would_build && has_source)) {
		if (in->build_reason && in->source == INSTALL_AUTO && in->prefers_prebuilt)
			choice->why = mem_printf("%s is set", in->build_reason);
		add_candidate(in, &offers->source, choice);
		return 0;
	}
	if (in->source == INSTALL_PREBUILT || is_near)
		return take_prebuilt(in, offers, behind, choice, err);
	if (offers->prebuilt.count)
		choice->why = mem_printf("the newest build for this machine is of %s",
					 offers->prebuilt.items[0].version);
	add_candidate(in, &offers->source, choice);
	return 0;
}

/* Nothing answers TEXT: there is nothing, or the rules refuse it. */
static int
nothing(const struct choice_input *in, const char *text, struct offers *offers, struct err *err)
{
	struct sieve *builds = &offers->no_prebuilt;
	struct sieve *sources = &offers->no_source;
	bool is_build = builds->why.code != ERR_NONE;

	if (!is_build && sources->why.code == ERR_NONE)
		return unknown(in, text, &offers->request, err);
	if (is_build && !is_passed(sources, &builds->version))
		return refused(builds, text, err);
	return refused(sources, text, err);
}

/* What would have been better, and what is to be known of what was chosen. */
static void
note_rules(const struct choice_input *in, const struct offers *offers,
	   struct install_choice *choice)
{
	const struct sieve *passed = NULL;
	struct version best;

	if (!in->rules || !version_parse(str_from(choice->version), &best))
		return;
	choice->warning = install_rules_warning(in->rules, &best);
	if (in->source != INSTALL_PREBUILT && is_passed(&offers->no_source, &best))
		passed = &offers->no_source;
	if (in->source != INSTALL_BUILD &&
	    is_passed(&offers->no_prebuilt, passed ? &passed->version : &best))
		passed = &offers->no_prebuilt;
	/* It is built here because all builds are refused. */
	if (!passed && choice->candidates[0].kind == ARTIFACT_SOURCE && !choice->why &&
	    in->prefers_prebuilt && in->source == INSTALL_AUTO && offers->prebuilt.count == 0 &&
	    offers->no_prebuilt.why.code != ERR_NONE)
		passed = &offers->no_prebuilt;
	if (passed)
		choice->passed = mem_strdup(passed->why.message);
}

int
install_choose(const struct choice_input *in, const char *text, struct install_choice *ret,
	       struct err *err)
{
	cleanup_with(offers_reset) struct offers offers = { 0 };
	cleanup_with(install_choice_reset) struct install_choice choice = { 0 };
	const struct artifact *best;

	if (in->source == INSTALL_PREBUILT && in->build_flag)
		return err_set(err, ERR_USAGE,
			       "%s is for what is built from source, not for "
			       "--prebuilt",
			       in->build_flag);
	if (look(in, text, &offers, err) < 0)
		return -1;
	if (offers.source.count == 0 && offers.prebuilt.count == 0)
		return nothing(in, text, &offers, err);
	if (choose(in, text, &offers, &choice, err) < 0)
		return -1;
	if (choice.candidates[0].artifacts.count == 0)
		return unknown(in, text, &offers.request, err);
	best = &choice.candidates[0].artifacts.items[0];
	/* One source makes all variants; what was built has them in a column. */
	choice.version =
		mem_printf("%s%s%s", best->version, offers.request.want.free_threaded ? "t" : "",
			   offers.request.want.debug ? "-debug" : "");
	note_rules(in, &offers, &choice);
	*ret = choice;
	choice = (struct install_choice){ 0 };
	return 0;
}

void
install_choice_reset(struct install_choice *choice)
{
	free(choice->version);
	free(choice->why);
	free(choice->newer);
	free(choice->passed);
	free(choice->warning);
	for (size_t i = 0; i < INSTALL_CANDIDATES_MAX; i++)
		artifacts_reset(&choice->candidates[i].artifacts);
	*choice = (struct install_choice){ 0 };
}

void
install_choice_tell(const struct install_choice *choice, const struct events *events)
{
	if (choice->passed)
		event_note(events, NULL, "%s", choice->passed);
	if (choice->warning)
		event_warning(events, choice->version, "%s", choice->warning);
}

const char *
install_build_reason(void)
{
	/* Not MAKE_OPTS: how many compilers run at once changes nothing of what comes out. */
	static const char *const variables[] = {
		"PYTHON_CONFIGURE_OPTS", "CONFIGURE_OPTS",	     "PYTHON_CFLAGS",
		"PYTHON_CPPFLAGS",	 "PYTHON_LDFLAGS",	     "PYTHON_MAKE_OPTS",
		"MAKE_INSTALL_OPTS",	 "PYTHON_MAKE_INSTALL_OPTS",
	};

	for (size_t i = 0; i < sizeof(variables) / sizeof(*variables); i++) {
		const char *value = getenv(variables[i]);

		if (value && *value)
			return variables[i];
	}
	return NULL;
}

int
install_target(const char *cap, struct target *ret, struct err *err)
{
	static const char *const levels[] = { "v1", "v2", "v3", "v4" };
	size_t i = 0;

	*ret = target_here();
	if (!cap || !*cap)
		return 0;
	while (i < sizeof(levels) / sizeof(*levels) && strcmp(levels[i], cap) != 0)
		i++;
	if (i == sizeof(levels) / sizeof(*levels)) {
		(void)err_set(err, ERR_USAGE, "%s is no level of a CPU (v1, v2, v3, v4)", cap);
		return err_detail(err, "to fix", "pyvern config set cpu_level v1");
	}
	/* The first level has no name: every CPU has it. */
	if (strcmp(ret->cpu, cap) > 0)
		ret->cpu = i == 0 ? "" : levels[i];
	return 0;
}

char *
install_describe(const struct artifact *artifact)
{
	static const char *const kinds[] = { [ARTIFACT_SOURCE] = "source",
					     [ARTIFACT_STANDALONE] = "standalone build",
					     [ARTIFACT_INSTALLER] = "installer" };
	bool has_libc = *artifact->libc && strcmp(artifact->libc, "none") != 0;

	if (artifact->kind == ARTIFACT_SOURCE)
		return mem_strdup(kinds[artifact->kind]);
	return mem_printf("%s for %s%s%s%s%s%s%s", kinds[artifact->kind],
			  *artifact->arch ? artifact->arch : "any machine", has_libc ? " " : "",
			  has_libc ? artifact->libc : "", *artifact->cpu ? " " : "", artifact->cpu,
			  *artifact->build ? ", build " : "", artifact->build);
}
