/* SPDX-License-Identifier: MIT */
/* pyvern bundle: one file for a machine without a network. */
#include <config.h>

#include <string.h>

#include "base/path.h"
#include "commands.h"
#include "platform_words.h"
#include "supply/bundle.h"
#include "supply/install_choice.h"

#define DEFAULT_OUTPUT "pythons.tar"

/* A bundle in the making. */
struct bundling {
	struct context *ctx;
	struct choice_input input;
	struct install_rules rules;
	struct install_choice *choices; /* own the artifacts' texts */
	size_t choice_count;
	struct fetched *files;
	struct artifact *artifacts; /* of each file */
	int *descriptors;
	struct signature *signatures;
	size_t count;
};

static void
bundling_reset(struct bundling *b)
{
	for (size_t i = 0; i < b->choice_count; i++)
		install_choice_reset(&b->choices[i]);
	for (size_t i = 0; i < b->count; i++) {
		fetched_reset(&b->files[i]);
		signature_reset(&b->signatures[i]);
	}
	free(b->choices);
	free(b->files);
	free(b->artifacts);
	free(b->descriptors);
	install_rules_reset(&b->rules);
	free(b->signatures);
}

static char *
absolute(const struct context *ctx, const char *path)
{
	return path_clean(ctx->layout->working ? ctx->layout->working : "/", path);
}

/* Is it so that A needs a signature: by option, setting, or a rule? */
static bool
needs_signature(const struct bundling *b, const struct artifact *a, const char *version)
{
	struct rules_line line;
	struct version v;

	if (options_has(b->ctx->options, "require-signature") ||
	    config_is_on(b->ctx->config, "require_signature"))
		return true;
	return version_parse(str_from(version), &v) &&
	       rules_level(b->rules.rules, install_rules_source(a->kind, &v), &line) >=
		       RULES_SIGNATURE;
}

/* Get one of the ARTIFACTS of VERSION, and what vouches for it, as the next of B. */
static int
add_artifact(struct bundling *b, const char *version, const struct artifacts *artifacts,
	     struct err *err)
{
	const struct context *ctx = b->ctx;
	struct fetch_options options;
	struct fetched *file;
	struct signature *signature;
	struct signature_spec spec;

	fetch_options_init(ctx->layout, ctx->config, &options);
	options.offline = options_has(ctx->options, "offline");
	options.subject = version;
	options.events = out_events(ctx->out);
	b->files = vec_grow(b->files, b->count, sizeof(*b->files));
	b->artifacts = vec_grow(b->artifacts, b->count, sizeof(*b->artifacts));
	b->descriptors = vec_grow(b->descriptors, b->count, sizeof(*b->descriptors));
	b->signatures = vec_grow(b->signatures, b->count, sizeof(*b->signatures));
	file = &b->files[b->count];
	signature = &b->signatures[b->count];
	*file = (struct fetched)FETCHED_INIT;
	*signature = (struct signature)SIGNATURE_INIT;
	if (fetch_artifact(&options, artifacts->items, artifacts->count, file, err) < 0)
		return -1;
	b->artifacts[b->count] = artifacts->items[file->chosen];
	spec = (struct signature_spec){
		.layout = ctx->layout,
		.config = ctx->config,
		.fetch = &options,
		.artifact = &b->artifacts[b->count],
		.file = file,
		.required = needs_signature(b, &b->artifacts[b->count], version),
	};
	/* The bundle knows how large it is, where its upstream did not say. */
	b->artifacts[b->count].size = file->provenance.size;
	b->descriptors[b->count] = file->fd;
	b->count++;
	if (signature_check(&spec, signature, err) < 0)
		return -1;
	event_end(options.events, version);
	return 0;
}

/* Get what install would take for REQUEST on the machine of b->input. */
static int
add(struct bundling *b, const char *request, struct err *err)
{
	static const char *const vouchers[] = { [SIGNATURE_NONE] = "",
						[SIGNATURE_SIGSTORE] = ", signature",
						[SIGNATURE_ATTESTATION] = ", attestation",
						[SIGNATURE_OPENPGP] = ", signature" };
	struct install_choice *choice;
	cleanup_free char *what = NULL;
	cleanup_free char *size = NULL;

	b->choices = vec_grow(b->choices, b->choice_count, sizeof(*b->choices));
	choice = &b->choices[b->choice_count++];
	*choice = (struct install_choice){ 0 };
	if (install_choose(&b->input, request, choice, err) < 0)
		return -1;
	install_choice_tell(choice, out_events(b->ctx->out));
	if (add_artifact(b, choice->version, &choice->candidates[0].artifacts, err) < 0)
		return -1;
	what = install_describe(&b->artifacts[b->count - 1]);
	size = out_size(b->files[b->count - 1].provenance.size);
	out_fact(b->ctx->out, '+', choice->version, "%s   %s   sha256%s", what, size,
		 vouchers[b->signatures[b->count - 1].kind]);
	return 0;
}

static int
add_all(struct bundling *b, const struct strvec *requests, struct err *err)
{
	for (size_t i = 0; i < requests->count; i++)
		if (add(b, requests->items[i], err) < 0)
			return -1;
	return 0;
}

/* For the machines in LIST, which are separated by commas. */
static int
add_for_list(struct bundling *b, const char *list, const struct strvec *requests, struct err *err)
{
	struct str rest = str_from(list);
	struct platform_words words;
	struct str part;

	while (str_split(&rest, ',', &part)) {
		cleanup_free char *platform = mem_strndup(part.p, part.n);

		if (platform_words_read(&words, platform, &b->input.target, err) < 0)
			return -1;
		if (add_all(b, requests, err) < 0)
			return err_detail(err, "for", "%s", platform);
	}
	return 0;
}

/* For machines like this one, or for each that --platform names. */
static int
add_for_platforms(struct bundling *b, const struct strvec *requests, struct err *err)
{
	const struct strvec *lists = options_texts(b->ctx->options, "platform");

	if (lists->count == 0) {
		b->input.target = target_here();
		/* Another one's CPU may be older. */
		b->input.target.cpu = "";
		return add_all(b, requests, err);
	}
	b->input.prefers_prebuilt = true;
	for (size_t i = 0; i < lists->count; i++)
		if (add_for_list(b, lists->items[i], requests, err) < 0)
			return -1;
	return 0;
}

static int
write_bundle(const struct bundling *b, struct err *err)
{
	const struct context *ctx = b->ctx;
	const char *wheels = options_text(ctx->options, "wheels");
	const char *output = options_text(ctx->options, "output");
	cleanup_free char *path = absolute(ctx, output ? output : DEFAULT_OUTPUT);
	cleanup_free char *wheels_path = wheels ? absolute(ctx, wheels) : NULL;
	const char *shown = output ? output : DEFAULT_OUTPUT;
	cleanup_dirfd struct dir folder = DIR_INIT;
	cleanup_free char *size = NULL;
	struct bundle_content content = { .artifacts = b->artifacts,
					  .files = b->descriptors,
					  .signatures = b->signatures,
					  .count = b->count,
					  .wheels = wheels ? &folder : NULL };
	struct bundle_result result = { 0 };

	if ((wheels && fs_open_dir(wheels_path, &folder, err) < 0) ||
	    bundle_write(path, options_has(ctx->options, "force"), &content, &result, err) < 0)
		return -1;
	size = out_size(result.size);
	if (result.wheels)
		out_fact(ctx->out, '+', "wheels", "%zu of %s", result.wheels, wheels_path);
	out_fact(ctx->out, '+', shown, "%s   sha256 %s", size, result.sha256);
	return 0;
}

static int
create(struct context *ctx, const struct strvec *requests, struct err *err)
{
	cleanup_catalog struct catalog *catalog = NULL;
	cleanup_with(bundling_reset) struct bundling b = { .ctx = ctx };
	bool build = options_has(ctx->options, "build");
	bool prebuilt = options_has(ctx->options, "prebuilt");

	if (requests->count == 0) {
		(void)err_set(err, ERR_USAGE, "bundle create needs to know what");
		return err_detail(err, "example", "pyvern bundle create 3.12 3.13 -o pythons.tar");
	}
	if (build && prebuilt)
		return err_set(err, ERR_USAGE, "--build and --prebuilt exclude each other");
	if (catalog_open(ctx->layout, &catalog, err) < 0 ||
	    install_rules_open(ctx->layout, ctx->config, &b.rules, err) < 0)
		return -1;
	b.input = (struct choice_input){
		.catalog = catalog,
		.rules = &b.rules,
		.source = build	     ? INSTALL_BUILD
			  : prebuilt ? INSTALL_PREBUILT
				     : INSTALL_AUTO,
		.prefers_prebuilt = ctx->policy->prefers_prebuilt,
		.build_reason = install_build_reason(),
	};
	if (add_for_platforms(&b, requests, err) < 0)
		return -1;
	return write_bundle(&b, err);
}

static uint64_t
size_of(const struct bundle *bundle, const struct artifact *a)
{
	cleanup_free char *path = path_join(BUNDLE_ARTIFACTS, a->sha256, NULL);
	const struct bundle_file *file = bundle_manifest_find(&bundle->manifest, path);

	return file ? file->size : 0;
}

static void
list_json(struct out *out, const struct bundle *bundle)
{
	out_json_begin(out, 1);
	out_json_text(out, "file", bundle->name);
	out_json_text(out, "sha256", bundle->content.sha256);
	out_json_number(out, "size", (int64_t)bundle->content.size);
	out_json_array(out, "artifacts");
	for (size_t i = 0; i < bundle->artifacts.count; i++) {
		const struct artifact *a = &bundle->artifacts.items[i];
		cleanup_free char *version = bundle_version(a);

		out_json_object(out, NULL);
		out_json_text(out, "version", version);
		out_json_text(out, "implementation", a->implementation);
		out_json_text(out, "kind", artifact_kind_name(a->kind));
		out_json_text(out, "os", *a->os ? a->os : NULL);
		out_json_text(out, "arch", *a->arch ? a->arch : NULL);
		out_json_text(out, "libc", *a->libc ? a->libc : NULL);
		out_json_text(out, "cpu", *a->cpu ? a->cpu : NULL);
		out_json_text(out, "build", *a->build ? a->build : NULL);
		out_json_text(out, "url", a->url);
		out_json_text(out, "sha256", a->sha256);
		out_json_number(out, "size", (int64_t)size_of(bundle, a));
		out_json_close(out);
	}
	out_json_close(out);
	out_json_array(out, "wheels");
	for (size_t i = 0; i < bundle->manifest.count; i++) {
		struct str path = str_from(bundle->manifest.items[i].path);

		if (str_starts(path, STR_LIT(BUNDLE_WHEELS "/")))
			out_json_text(out, NULL, path_base(path.p).p);
	}
	out_json_close(out);
	out_json_end(out);
}

static void
list_table(struct out *out, const struct bundle *bundle)
{
	struct out_table *table = out_table_new(4);

	for (size_t i = 0; i < bundle->artifacts.count; i++) {
		const struct artifact *a = &bundle->artifacts.items[i];
		cleanup_free char *version = bundle_version(a);
		cleanup_free char *what = install_describe(a);
		cleanup_free char *size = out_size(size_of(bundle, a));

		out_table_row(table, (const char *[]){ version, what, size, a->sha256 });
	}
	for (size_t i = 0; i < bundle->manifest.count; i++) {
		const struct bundle_file *file = &bundle->manifest.items[i];
		cleanup_free char *size = out_size(file->size);
		cleanup_free char *name = out_safe(path_base(file->path).p);

		if (str_starts(str_from(file->path), STR_LIT(BUNDLE_WHEELS "/")))
			out_table_row(table, (const char *[]){ name, "wheel", size, file->sha256 });
	}
	out_table_print(out, table);
}

static int
list(struct context *ctx, const struct strvec *files, struct err *err)
{
	cleanup_catalog struct catalog *catalog = NULL;
	cleanup_bundle struct bundle *bundle = NULL;
	cleanup_free char *path = NULL;
	struct bundle_spec spec = { .layout = ctx->layout,
				    .config = ctx->config,
				    .events = out_events(ctx->out),
				    .sha256 = options_text(ctx->options, "sha256") };

	if (files->count != 1)
		return err_set(err, ERR_USAGE, "bundle list needs one file");
	path = absolute(ctx, files->items[0]);
	spec.path = path;
	if (catalog_open(ctx->layout, &catalog, err) < 0)
		return -1;
	spec.known = catalog;
	if (bundle_open(&spec, &bundle, err) < 0)
		return -1;
	event_end(spec.events, bundle->name);
	if (options_has(ctx->options, "json"))
		list_json(ctx->out, bundle);
	else
		list_table(ctx->out, bundle);
	return 0;
}

/* What is for create alone says nothing of list, and the other way round. */
static int
refuse_other_options(const struct context *ctx, bool is_create, struct err *err)
{
	static const char *const of_create[] = { "output",   "platform",	 "build",
						 "prebuilt", "wheels",		 "force",
						 "offline",  "require-signature" };
	static const char *const of_list[] = { "sha256", "json" };
	const char *const *names = is_create ? of_list : of_create;
	size_t count = is_create ? sizeof(of_list) / sizeof(*of_list)
				 : sizeof(of_create) / sizeof(*of_create);

	for (size_t i = 0; i < count; i++)
		if (options_has(ctx->options, names[i]))
			return err_set(err, ERR_USAGE, "--%s is not for bundle %s", names[i],
				       is_create ? "create" : "list");
	return 0;
}

int
bundle_run(struct context *ctx, int *ret_status, struct err *err)
{
	const struct strvec *args = &ctx->options->args;
	cleanup_strvec struct strvec rest = { 0 };
	const char *what = args->count ? args->items[0] : "";

	*ret_status = 0;
	for (size_t i = 1; i < args->count; i++)
		strvec_add(&rest, args->items[i]);
	if (strcmp(what, "create") == 0)
		return refuse_other_options(ctx, true, err) < 0 ? -1 : create(ctx, &rest, err);
	if (strcmp(what, "list") == 0)
		return refuse_other_options(ctx, false, err) < 0 ? -1 : list(ctx, &rest, err);
	(void)err_set(err, ERR_USAGE, "bundle does not know %s", *what ? what : "what to do");
	return err_detail(err, "example",
			  "pyvern bundle create 3.12 3.13, pyvern bundle list FILE");
}
