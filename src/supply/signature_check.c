/* SPDX-License-Identifier: MIT */
/* Does an artifact have a signature, and does it hold? */
#include <config.h>

#include <string.h>

#include "supply/signature_internal.h"
#include "trust/root.h"

/* What an attestation has to be a statement of. Source: SLSA, provenance. */
#define PROVENANCE_1 "https://slsa.dev/provenance/v1"
#define PROVENANCE_02 "https://slsa.dev/provenance/v0.2"

static int
read_root(const struct signature_spec *spec, struct trust_root **ret, struct err *err)
{
	const char *path = config_get(spec->config, "trusted_root", NULL);

	if (!path || !*path)
		return signature_root_shipped(spec->layout, ret, err);
	if (*path != '/')
		return err_set(err, ERR_USAGE, "the setting trusted_root is no absolute path: %s",
			       path);
	return signature_root_read(path, ret, err);
}

static int
check_statement(const struct sigstore_report *report, struct err *err)
{
	const char *predicate = report->predicate ? report->predicate : "nothing";

	if (report->is_statement &&
	    (strcmp(predicate, PROVENANCE_1) == 0 || strcmp(predicate, PROVENANCE_02) == 0))
		return 0;
	return err_set(err, ERR_CHECK, "statement: it says %s, not where the file was made",
		       predicate);
}

static int
verify_sigstore(const struct signature_spec *spec, const struct signature_way *way,
		struct signature *ret, struct err *err)
{
	cleanup_trust_root struct trust_root *root = NULL;
	cleanup_sigstore_bundle struct sigstore_bundle *bundle = NULL;
	struct sigstore_policy policy = { .identity = way->identity,
					  .issuer = way->issuer,
					  .any_ref = way->kind == SIGNATURE_ATTESTATION };
	struct sigstore_subject subject = { .sha256 = spec->file->provenance.sha256,
					    .fd = spec->file->fd };
	cleanup_free char *age = NULL;

	if (read_root(spec, &root, err) < 0 ||
	    sigstore_bundle_parse(buf_str(&ret->text), "the signature", &bundle, err) < 0)
		return -1;
	if (sigstore_verify(bundle, root, &policy, &subject, &ret->report, err) < 0) {
		age = signature_root_age(root);
		/* Keys are added now and then: an old list may be the reason. */
		if (age)
			(void)err_detail(err, "trust", "keys and certificates as of %s", age);
		return -1;
	}
	if (way->kind == SIGNATURE_ATTESTATION)
		return check_statement(&ret->report, err);
	return 0;
}

static int
verify(const struct signature_spec *spec, const struct signature_way *way, struct signature *ret,
       struct err *err)
{
	ret->kind = way->kind;
	if (way->kind == SIGNATURE_OPENPGP)
		return signature_openpgp_verify(spec, ret, err);
	return verify_sigstore(spec, way, ret, err);
}

/* Bytes of TEXT become RET's, to be verified. */
static void
take(struct signature_text *text, struct signature *ret)
{
	signature_reset(ret);
	ret->text = text->text;
	text->text = (struct buf){ 0 };
}

/* One more reason why there is none. */
static void
add_reason(char **reasons, char *reason)
{
	char *both;

	if (*reasons && strstr(*reasons, reason)) {
		free(reason);
		return;
	}
	both = *reasons ? mem_printf("%s; %s", *reasons, reason) : mem_strdup(reason);
	free(*reasons);
	free(reason);
	*reasons = both;
}

/* Try WAY. 1: it holds; 0: there is none, and *REASONS says so. */
static int
try_way(const struct signature_spec *spec, const struct signature_way *way, struct signature *ret,
	char **reasons, struct err *err)
{
	cleanup_with(signature_text_reset) struct signature_text text = { 0 };
	unsigned place = 0;

	while (signature_get(spec, way, &place, &text)) {
		bool is_kept = text.is_kept;

		take(&text, ret);
		if (verify(spec, way, ret, err) == 0) {
			if (!is_kept && !spec->is_named)
				signature_keep(spec, way->kind, buf_str(&ret->text));
			return 1;
		}
		if (!is_kept && err->code == ERR_CHECK)
			signature_drop_archive(spec);
		if (!is_kept || err->code != ERR_CHECK || spec->fetch->offline)
			return err_wrap(err, "the signature of %s does not hold",
					spec->fetch->subject);
		/* Ours to have spoilt: there is another where it came from. */
		event_warning(spec->fetch->events, spec->fetch->subject,
			      "the signature in the cache does not hold (%s); looking for it anew",
			      err->message);
		err_reset(err);
		signature_forget(spec, way->kind);
		text.was_spoilt = true;
	}
	add_reason(reasons,
		   text.why_none ? steal_ptr(&text.why_none) : mem_strdup("there is none"));
	return 0;
}

/* There is none. */
static int
end_without(const struct signature_spec *spec, struct signature *ret, char *why, struct err *err)
{
	signature_reset(ret);
	ret->why = why;
	if (!spec->required)
		return 0;
	(void)err_set(err, spec->fetch->offline ? ERR_NOT_CACHED : ERR_CHECK,
		      "%s has no signature that could be verified: %s", spec->fetch->subject, why);
	if (spec->artifact->kind != ARTIFACT_SOURCE)
		return err_detail(err, "to fix", "--build (CPython's sources are signed)");
	return err_detail(err, "to fix",
			  "the version where it is published, with a network; or another version");
}

int
signature_check(const struct signature_spec *spec, struct signature *ret, struct err *err)
{
	cleanup_with(signature_ways_reset) struct signature_ways ways = { 0 };
	char *why = NULL;
	int status = 0;

	if (signature_ways_find(spec->layout, spec->artifact, &ways, err) < 0)
		return -1;
	/* One that is there and could never hold. */
	if (ways.unknown && signature_is_beside(spec, SIGNATURE_SIGSTORE))
		return err_set(err, ERR_CHECK, "the signature of %s does not hold: %s",
			       spec->fetch->subject, ways.why);
	for (size_t i = 0; i < ways.count && status == 0; i++) {
		const struct signature_way *way = &ways.items[i];
		char *cannot = NULL;

		if (way->kind == SIGNATURE_OPENPGP && !signature_openpgp_can(spec, &cannot)) {
			add_reason(&why, cannot);
			continue;
		}
		status = try_way(spec, way, ret, &why, err);
	}
	if (status == 0)
		return end_without(spec, ret, why ? why : steal_ptr(&ways.why), err);
	free(why);
	return status < 0 ? -1 : 0;
}
