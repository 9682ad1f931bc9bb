/* SPDX-License-Identifier: MIT */
/* What was asked for, and what became of it: for people, and as JSON. */
#include <config.h>

#include "install_outcome.h"

#include <string.h>

#include "base/path.h"

/* Version of the document's form. */
#define SCHEMA 1

struct outcome *
outcomes_add(struct outcomes *all, const char *request, const char *asker)
{
	struct outcome *outcome;

	all->items = vec_grow(all->items, all->count, sizeof(*all->items));
	outcome = &all->items[all->count++];
	*outcome = (struct outcome){ .request = mem_strdup(request), .asker = mem_strdup(asker) };
	return outcome;
}

void
outcomes_add_present(struct outcomes *all, const struct context *ctx, const char *request,
		     const char *name)
{
	struct outcome *outcome = outcomes_add(all, request, "");

	outcome->state = OUTCOME_PRESENT;
	outcome->name = mem_strdup(name);
	outcome_show_present(ctx, name);
}

void
outcome_fail(struct outcome *outcome, const struct err *err)
{
	outcome->state = OUTCOME_FAILED;
	err_reset(&outcome->err);
	(void)err_set(&outcome->err, err->code, "%s", err->message);
}

size_t
outcomes_count(const struct outcomes *all, enum outcome_state state)
{
	size_t count = 0;

	for (size_t i = 0; i < all->count; i++)
		count += all->items[i].state == state;
	return count;
}

void
outcomes_reset(struct outcomes *all)
{
	for (size_t i = 0; i < all->count; i++) {
		struct outcome *outcome = &all->items[i];

		free(outcome->request);
		free(outcome->asker);
		free(outcome->name);
		free(outcome->definition);
		install_result_reset(&outcome->result);
		err_reset(&outcome->err);
	}
	free(all->items);
	*all = (struct outcomes){ 0 };
}

void
outcome_show_present(const struct context *ctx, const char *name)
{
	out_fact(ctx->out, '=', name, "installed");
}

/* "ssl sqlite3 zlib; no tkinter". Owned by the caller (free). */
static char *
module_text(const struct probe_report *probe)
{
	cleanup_free char *works = strvec_join(&probe->works, " ");
	cleanup_free char *missing = strvec_join(&probe->missing, " ");

	return mem_printf("%s%s%s", works, *missing ? "; no " : "", missing);
}

static const char *
voucher(const struct install_result *result)
{
	return result->signed_as == SIGNATURE_ATTESTATION ? "attestation" : "signature";
}

/* "sha256, attestation"; without a signature the reason. Owned by the caller (free). */
static char *
checks_text(const struct install_result *result)
{
	const char *digest = result->provenance.kind == PROVENANCE_USER_DIGEST
				     ? "sha256, the one given"
				     : "sha256";

	if (result->signed_as != SIGNATURE_NONE)
		return mem_printf("%s, %s", digest, voucher(result));
	if (result->not_signed)
		return mem_printf("%s; no signature: %s", digest, result->not_signed);
	return mem_strdup(digest);
}

static void
show_check(const struct context *ctx, const struct install_result *result)
{
	const struct provenance *provenance = &result->provenance;
	cleanup_free char *checks = checks_text(result);

	if (provenance->kind == PROVENANCE_USER_FILE && result->signed_as != SIGNATURE_NONE)
		out_detail(ctx->out, "checked", "its %s (sha256 %s)", voucher(result),
			   provenance->sha256);
	else if (provenance->kind == PROVENANCE_USER_FILE && result->is_brought)
		out_detail(ctx->out, "checked", "nothing but the word of %s (sha256 %s)",
			   provenance->source, provenance->sha256);
	else if (provenance->kind == PROVENANCE_USER_FILE)
		out_detail(ctx->out, "checked", "nothing: no digest was given (sha256 %s)",
			   provenance->sha256);
	else if (provenance->kind == PROVENANCE_COMMIT)
		out_detail(ctx->out, "checked", "nothing: what vouches for it is %s",
			   provenance->url);
	else
		out_detail(ctx->out, "checked", "%s", checks);
	if (result->signer)
		out_detail(ctx->out, "signed", "by %s (%s)", result->signer,
			   result->signed_as == SIGNATURE_OPENPGP ? "OpenPGP" : "Sigstore");
}

/* "OpenSSL 3.0.19 27 Jan 2026, sqlite 3.40.1, GNU readline 8.2, tk 8.6" */
static void
show_libraries(const struct context *ctx, const struct probe_report *probe)
{
	static const struct {
		const char *fact;
		const char *prefix;
	} rows[] = {
		{ "openssl", "" }, { "sqlite", "sqlite " }, { "readline", "" }, { "tk", "tk " }
	};
	struct strvec parts = { 0 };
	cleanup_free char *text = NULL;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (probe_fact(probe, rows[i].fact))
			strvec_printf(&parts, "%s%s", rows[i].prefix,
				      probe_fact(probe, rows[i].fact));
	text = strvec_join(&parts, ", ");
	if (parts.count)
		out_detail(ctx->out, "with", "%s", text);
	strvec_reset(&parts);
}

/* It would trust nobody: pip itself brings its own roots, other programs do not. */
static void
warn_of_roots(const struct context *ctx, const struct install_result *result)
{
	const char *roots = probe_fact(&result->probe, "tls_roots");

	if (!roots || strcmp(roots, "none") != 0)
		return;
	out_fact(ctx->out, '!', result->name, "finds no certificates to trust: https will fail");
	out_detail(ctx->out, "to fix", "install ca-certificates, or set SSL_CERT_FILE");
}

static void
show_new(const struct context *ctx, const struct install_result *result)
{
	cleanup_free char *size = out_size(result->provenance.size);
	cleanup_free char *time = out_duration(result->ms);
	cleanup_free char *modules = module_text(&result->probe);
	char mark = result->replaced ? '~' : '+';
	bool is_commit = result->provenance.kind == PROVENANCE_COMMIT;
	bool is_near = result->is_brought || strcmp(result->provenance.source, "the cache") == 0;

	if (result->is_built)
		out_fact(ctx->out, mark, result->name, "%s from source, %s%s%s   %s",
			 result->replaced ? "built again" : "built", is_commit ? "" : size,
			 is_commit ? "" : " from ", result->provenance.source, time);
	else
		out_fact(ctx->out, mark, result->name, "%s   %s%s   %s", result->choice,
			 is_near ? "from " : "", is_near ? result->provenance.source : size, time);
	if (result->why)
		out_detail(ctx->out, "because", "%s", result->why);
	show_check(ctx, result);
	if (result->how && *result->how)
		out_detail(ctx->out, "how", "%s", result->how);
	if (result->is_built) {
		out_detail(ctx->out, "modules", "%s", modules);
		show_libraries(ctx, &result->probe);
	}
	if (result->newer)
		out_detail(ctx->out, "newer", "%s, only as a source: pyvern install %s",
			   result->newer, result->newer);
	if (result->kept_source)
		out_detail(ctx->out, "kept", "%s", result->kept_source);
	if (result->kept_log)
		out_detail(ctx->out, "log", "%s", result->kept_log);
	if (result->first)
		outcome_show_default(ctx, result->name);
}

/* tkinter is for desktops; the others are missed sooner or later. */
static void
warn_of_missing(const struct context *ctx, const struct install_result *result)
{
	struct strvec names = { 0 };
	cleanup_free char *text = NULL;

	for (size_t i = 0; i < result->probe.missing.count; i++) {
		if (strcmp(result->probe.missing.items[i], "tkinter") != 0)
			strvec_add(&names, result->probe.missing.items[i]);
	}
	text = strvec_join(&names, ", ");
	if (names.count && result->is_built) {
		out_fact(ctx->out, '!', result->name, "has no %s: their libraries were not found",
			 text);
		out_detail(ctx->out, "to fix",
			   "install their development packages, then pyvern install --force %s",
			   result->name);
	} else if (names.count) {
		out_fact(ctx->out, '!', result->name, "has no %s: this build was made without",
			 text);
	}
	strvec_reset(&names);
}

void
outcome_show_new(const struct context *ctx, const struct install_result *result)
{
	show_new(ctx, result);
	warn_of_missing(ctx, result);
	warn_of_roots(ctx, result);
}

void
outcome_show_default(const struct context *ctx, const char *name)
{
	out_detail(ctx->out, "default",
		   "%s, the first version here (change: pyvern global VERSION)", name);
}

void
outcome_warn_of_path(const struct context *ctx)
{
	cleanup_free char *shims = path_join(ctx->layout->root, LAYOUT_SHIMS, NULL);
	struct str rest = str_from(getenv("PATH"));
	struct str part;

	while (str_split(&rest, ':', &part)) {
		if (str_eq_text(part, shims))
			return;
	}
	out_fact(ctx->out, '!', "shell",
		 "`python` is not ours yet: pyvern init --install, then open a new shell");
}

static const char *
state_name(const struct outcome *outcome)
{
	switch (outcome->state) {
	case OUTCOME_PRESENT:
		return "present";
	case OUTCOME_DONE:
		return outcome->result.replaced ? "replaced" : "installed";
	case OUTCOME_FAILED:
		return "failed";
	case OUTCOME_WANTED:
	case OUTCOME_TWICE:
		break;
	}
	return "not begun";
}

static void
json_strings(struct out *out, const char *key, const struct strvec *texts)
{
	out_json_array(out, key);
	for (size_t i = 0; i < texts->count; i++)
		out_json_text(out, NULL, texts->items[i]);
	out_json_close(out);
}

static void
json_result(struct out *out, const struct install_result *result)
{
	out_json_bool(out, "built", result->is_built);
	out_json_text(out, "choice", result->choice);
	out_json_text(out, "how", result->how);
	out_json_text(out, "why", result->why);
	out_json_text(out, "newer", result->newer);
	out_json_text(out, "source", result->provenance.source);
	out_json_text(out, "url", result->provenance.url);
	out_json_text(out, "sha256", result->provenance.sha256);
	out_json_number(out, "bytes", (int64_t)result->provenance.size);
	out_json_number(out, "milliseconds", (int64_t)result->ms);
	out_json_bool(out, "default", result->first);
	json_strings(out, "missing_modules", &result->probe.missing);
}

static void
json_outcome(const struct outcome *outcome, const struct context *ctx)
{
	struct out *out = ctx->out;
	cleanup_free char *path = NULL;

	if (outcome->state == OUTCOME_PRESENT || outcome->state == OUTCOME_DONE)
		path = path_join(ctx->layout->root, LAYOUT_VERSIONS, outcome->name, NULL);
	out_json_object(out, NULL);
	out_json_text(out, "request", outcome->request);
	out_json_text(out, "version", outcome->name);
	out_json_text(out, "result", state_name(outcome));
	out_json_text(out, "path", path);
	if (outcome->state == OUTCOME_DONE)
		json_result(out, &outcome->result);
	if (outcome->state == OUTCOME_FAILED) {
		out_json_text(out, "error", err_code_name(outcome->err.code));
		out_json_text(out, "message", outcome->err.message);
	}
	out_json_close(out);
}

void
outcomes_json(const struct outcomes *all, const struct context *ctx)
{
	out_json_begin(ctx->out, SCHEMA);
	out_json_array(ctx->out, "versions");
	for (size_t i = 0; i < all->count; i++)
		if (all->items[i].state != OUTCOME_TWICE)
			json_outcome(&all->items[i], ctx);
	out_json_close(ctx->out);
	out_json_end(ctx->out);
}
