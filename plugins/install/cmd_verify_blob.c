/* SPDX-License-Identifier: MIT */
/* pyvern verify-blob: any Sigstore bundle, verified offline. */
#include <config.h>

#include <fcntl.h>
#include <sys/stat.h>

#include "base/path.h"
#include "commands.h"
#include "supply/signature.h"
#include "trust/root.h"
#include "trust/sigstore.h"

/* 64 KiB: a public key in PEM has 200 bytes. */
#define KEY_MAX ((size_t)64 * 1024)

struct blob {
	const struct context *ctx;
	const char *name; /* as it was given */
	char sha256[DIGEST_HEX_SIZE];
	int fd;
	char *bundle_path;
	struct buf bundle;
	struct buf key;
	struct trust_root *root;
};

static void
blob_reset(struct blob *b)
{
	if (b->fd >= 0)
		close(b->fd);
	free(b->bundle_path);
	buf_reset(&b->bundle);
	buf_reset(&b->key);
	trust_root_free(b->root);
}

static char *
absolute(const struct blob *b, const char *path)
{
	return path_clean(b->ctx->layout->working ? b->ctx->layout->working : "/", path);
}

static int
read_artifact(struct blob *b, struct err *err)
{
	struct str text = str_from(b->name);
	struct stat st;

	if (str_starts(text, STR_LIT("sha256:"))) {
		text = str_skip(text, sizeof("sha256:") - 1);
		if (!digest_hex_ok(text))
			return err_set(err, ERR_USAGE,
				       "sha256: is followed by 64 lower-case hexadecimal digits");
		(void)snprintf(b->sha256, sizeof(b->sha256), "%s", text.p);
		return 0;
	}
	/* A FIFO must not hold us up. */
	b->fd = open(b->name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (b->fd < 0 || fstat(b->fd, &st) < 0)
		return err_sys(err, "cannot read %s", b->name);
	if (!S_ISREG(st.st_mode))
		return err_set(err, ERR_FAILED, "%s is no file", b->name);
	if (digest_fd(b->fd, b->sha256, NULL, err) < 0)
		return err_wrap(err, "%s", b->name);
	return 0;
}

static int
read_inputs(struct blob *b, struct err *err)
{
	const struct options *options = b->ctx->options;
	const char *bundle = options_text(options, "bundle");
	const char *key = options_text(options, "key");
	const char *root = options_text(options, "trusted-root");

	if (!bundle && b->fd < 0)
		return err_set(err, ERR_USAGE, "a digest alone needs --bundle");
	b->bundle_path = bundle ? mem_strdup(bundle) : mem_printf("%s.sigstore", b->name);
	if (key) {
		cleanup_free char *path = absolute(b, key);

		if (signature_read_file(path, &b->key, err) < 0)
			return -1;
	}
	if (root) {
		cleanup_free char *path = absolute(b, root);

		if (signature_root_read(path, &b->root, err) < 0)
			return -1;
	} else if (signature_root_shipped(b->ctx->layout, &b->root, err) < 0) {
		return -1;
	}
	bundle = b->bundle_path;
	b->bundle_path = absolute(b, bundle);
	free((void *)bundle);
	return signature_read_file(b->bundle_path, &b->bundle, err);
}

static void
show_json(const struct blob *b, const struct sigstore_report *r)
{
	struct out *out = b->ctx->out;
	cleanup_free char *time = r->time ? trust_time_text(r->time) : NULL;

	out_json_begin(out, 1);
	out_json_text(out, "sha256", b->sha256);
	out_json_text(out, "identity", r->identity);
	out_json_text(out, "issuer", r->issuer);
	out_json_text(out, "time", time);
	out_json_text(out, "time_by", r->time_by);
	out_json_text(out, "log", r->log);
	if (r->log)
		out_json_number(out, "log_index", (int64_t)r->index);
	out_json_bool(out, "proven", r->is_proven);
	out_json_text(out, "predicate", r->predicate);
	out_json_text(out, "root_date", b->root->date);
	out_json_end(out);
}

static void
show(const struct blob *b, const struct sigstore_report *r)
{
	struct out *out = b->ctx->out;
	cleanup_free char *age = signature_root_age(b->root);

	if (r->identity)
		out_fact(out, '=', b->name, "signed by %s", r->identity);
	else
		out_fact(out, '=', b->name, "signed by the key");
	if (r->issuer)
		out_detail(out, "issuer", "%s", r->issuer);
	if (r->time) {
		cleanup_free char *time = trust_time_text(r->time);

		out_detail(out, "time", "%s, says %s", time, r->time_by);
	}
	if (!r->log)
		out_detail(out, "log", "in none: nobody but the key's holder can tell of it");
	else
		out_detail(out, "log", "%s, entry %llu%s", r->log, (unsigned long long)r->index,
			   r->is_proven ? "" : " (promised, not proven)");
	if (r->predicate)
		out_detail(out, "statement", "%s", r->predicate);
	if (age)
		out_detail(out, "trust", "keys and certificates as of %s", age);
}

static int
verify(struct blob *b, struct err *err)
{
	const struct options *options = b->ctx->options;
	struct sigstore_policy policy = { .identity = options_text(options, "identity"),
					  .issuer = options_text(options, "issuer") };
	struct sigstore_subject subject = { .sha256 = b->sha256 };
	cleanup_sigstore_bundle struct sigstore_bundle *bundle = NULL;
	cleanup_sigstore_report struct sigstore_report report = { 0 };

	if (options_has(options, "key") ? policy.identity || policy.issuer
					: !policy.identity || !policy.issuer)
		return err_set(err, ERR_USAGE,
			       "verify-blob takes --identity and --issuer, or --key");
	if (read_artifact(b, err) < 0 || read_inputs(b, err) < 0)
		return -1;
	subject.fd = b->fd;
	policy.key = buf_str(&b->key);
	if (options_has(options, "key") && policy.key.n == 0)
		return err_set(err, ERR_CHECK, "the file of the key is empty");
	if (sigstore_bundle_parse(buf_str(&b->bundle), b->bundle_path, &bundle, err) < 0 ||
	    sigstore_verify(bundle, b->root, &policy, &subject, &report, err) < 0)
		return -1;
	if (options_has(options, "json"))
		show_json(b, &report);
	else if (!options_has(options, "quiet"))
		show(b, &report);
	return 0;
}

int
verify_blob_run(struct context *ctx, int *ret_status, struct err *err)
{
	const struct strvec *args = &ctx->options->args;
	cleanup_with(blob_reset) struct blob b = { .ctx = ctx,
						   .fd = -1,
						   .bundle = BUF_INIT(SIGSTORE_BUNDLE_MAX),
						   .key = BUF_INIT(KEY_MAX) };

	*ret_status = 0;
	if (args->count != 1)
		return err_set(err, ERR_USAGE, "verify-blob takes one file, or its sha256:HEX");
	b.name = args->items[0];
	if (verify(&b, err) == 0)
		return 0;
	/* Whoever calls this from a script knows two answers, yes and no, as from other
	 * verifiers; wrong use and signals stay what they are. */
	if (err->code == ERR_CHECK) {
		err->code = ERR_FAILED;
		(void)err_detail(err, "to fix", "do not use it; get it and its bundle anew");
	}
	return -1;
}
