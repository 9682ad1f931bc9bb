/* SPDX-License-Identifier: MIT */
/* pyvern download: into the cache, verified, and perhaps to another place. */
#include <config.h>

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "commands.h"
#include "platform_words.h"
#include "io/url.h"
#include "os/fd.h"
#include "supply/fetch.h"
#include "supply/install_choice.h"
#include "supply/signature.h"

struct downloading {
	const struct context *ctx;
	char *directory; /* absolute; NULL: the cache alone */
	struct choice_input input;
	struct install_rules rules;
	struct platform_words words; /* what --platform is cut into */
};

static int
prepare(struct downloading *d, struct err *err)
{
	const struct context *ctx = d->ctx;
	const char *platform = options_text(ctx->options, "platform");
	const char *directory = options_text(ctx->options, "directory");
	bool build = options_has(ctx->options, "build");

	if (build && options_has(ctx->options, "prebuilt"))
		return err_set(err, ERR_USAGE, "--build and --prebuilt exclude each other");
	d->input.source = build					  ? INSTALL_BUILD
			  : options_has(ctx->options, "prebuilt") ? INSTALL_PREBUILT
								  : INSTALL_AUTO;
	d->input.prefers_prebuilt = ctx->policy->prefers_prebuilt;
	d->input.build_reason = install_build_reason();
	d->input.rules = &d->rules;
	if (install_rules_open(ctx->layout, ctx->config, &d->rules, err) < 0)
		return -1;
	if (directory)
		d->directory =
			path_clean(ctx->layout->working ? ctx->layout->working : "/", directory);
	if (platform) {
		d->input.prefers_prebuilt = true;
		return platform_words_read(&d->words, platform, &d->input.target, err);
	}
	return install_target(config_get(ctx->config, "cpu_level", NULL), &d->input.target, err);
}

/* The verified bytes of FILE into FOLDER, at one stroke. */
static int
put(const struct dir *folder, const char *name, const struct fetched *file, struct err *err)
{
	cleanup_free char *temporary = fs_unique_name(FS_TEMPORARY);
	cleanup_fd int to =
		openat(folder->fd, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	bool ok = to >= 0 && lseek(file->fd, 0, SEEK_SET) == 0 && fd_copy(file->fd, to) == 0 &&
		  fsync(to) == 0 && close(steal_fd(&to)) == 0 &&
		  renameat(folder->fd, temporary, folder->fd, name) == 0;

	if (ok)
		return 0;
	err_sys(err, "cannot write %s/%s", folder->path, name);
	(void)unlinkat(folder->fd, temporary, 0);
	return -1;
}

/* Where it is now. Owned by the caller (free); NULL on error. */
static char *
deliver(const struct downloading *d, const struct artifact *artifact, const struct fetched *file,
	struct err *err)
{
	struct str base = url_base_name(artifact->url);
	cleanup_free char *name = mem_strndup(base.p, base.n);
	cleanup_dirfd struct dir folder = DIR_INIT;

	if (!d->directory)
		return mem_strdup(file->path);
	if (!path_component_ok(base) || base.p[0] == '.') {
		(void)err_set(err, ERR_CHECK, "%s can be no name of a file", name);
		return NULL;
	}
	if (fs_make_dirs(d->directory, 0755, &folder, err) < 0 || put(&folder, name, file, err) < 0)
		return NULL;
	return path_join(folder.path, name, NULL);
}

/* As install would: what is there has to hold, and what is asked for by an option, a setting or
 * a rule has to be there. */
static int
check_signature(const struct downloading *d, const char *version, const struct artifact *artifact,
		const struct fetched *file, const struct fetch_options *options,
		struct signature *ret, struct err *err)
{
	enum rules_level level = RULES_ANY;
	struct rules_line line = { 0 };
	struct version v;
	struct signature_spec spec = { .layout = d->ctx->layout,
				       .config = d->ctx->config,
				       .fetch = options,
				       .artifact = artifact,
				       .file = file };

	if (version_parse(str_from(version), &v))
		level = rules_level(d->rules.rules, install_rules_source(artifact->kind, &v),
				    &line);
	spec.required = level >= RULES_SIGNATURE ||
			options_has(d->ctx->options, "require-signature") ||
			config_is_on(d->ctx->config, "require_signature");
	if (signature_check(&spec, ret, err) == 0)
		return 0;
	if (err->code == ERR_CHECK && level >= RULES_SIGNATURE)
		return err_detail(err, "asked by", "%s:%u", line.path, line.number);
	return -1;
}

static void
say_checked(const struct downloading *d, const struct fetched *file,
	    const struct signature *signature)
{
	const char *sha256 = file->provenance.sha256;

	if (signature->kind == SIGNATURE_NONE)
		out_detail(d->ctx->out, "checked", "sha256 %s; no signature: %s", sha256,
			   signature->why);
	else
		out_detail(d->ctx->out, "checked", "sha256 %s, %s of %s", sha256,
			   signature->kind == SIGNATURE_ATTESTATION ? "attestation" : "signature",
			   signature->report.identity);
}

static int
download(const struct downloading *d, const char *request, struct err *err)
{
	struct out *out = d->ctx->out;
	cleanup_with(install_choice_reset) struct install_choice choice = { 0 };
	cleanup_fetched struct fetched file = FETCHED_INIT;
	cleanup_signature struct signature signature = SIGNATURE_INIT;
	cleanup_free char *path = NULL;
	cleanup_free char *what = NULL;
	cleanup_free char *size = NULL;
	const struct artifact *artifact;
	struct fetch_options options;

	if (install_choose(&d->input, request, &choice, err) < 0)
		return -1;
	fetch_options_init(d->ctx->layout, d->ctx->config, &options);
	options.subject = choice.version;
	options.events = out_events(out);
	install_choice_tell(&choice, options.events);
	if (fetch_artifact(&options, choice.candidates[0].artifacts.items,
			   choice.candidates[0].artifacts.count, &file, err) < 0)
		return -1;
	artifact = &choice.candidates[0].artifacts.items[file.chosen];
	if (check_signature(d, choice.version, artifact, &file, &options, &signature, err) < 0)
		return -1;
	path = deliver(d, artifact, &file, err);
	event_end(options.events, choice.version);
	if (!path)
		return -1;
	what = install_describe(artifact);
	size = out_size(file.provenance.size);
	out_fact(out, '+', choice.version, "%s   %s", what, size);
	say_checked(d, &file, &signature);
	out_line(out, path);
	return 0;
}

static void
downloading_reset(struct downloading *d)
{
	free(d->directory);
	install_rules_reset(&d->rules);
}

int
download_run(struct context *ctx, int *ret_status, struct err *err)
{
	const struct strvec *args = &ctx->options->args;
	cleanup_catalog struct catalog *catalog = NULL;
	cleanup_with(downloading_reset) struct downloading d = { .ctx = ctx };

	*ret_status = 0;
	if (args->count == 0) {
		(void)err_set(err, ERR_USAGE, "download needs to know what");
		return err_detail(err, "example", "pyvern download 3.13");
	}
	if (prepare(&d, err) < 0 || catalog_open(ctx->layout, &catalog, err) < 0)
		return -1;
	d.input.catalog = catalog;
	for (size_t i = 0; i < args->count; i++)
		if (download(&d, args->items[i], err) < 0)
			return -1;
	return 0;
}
