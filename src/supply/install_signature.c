/* SPDX-License-Identifier: MIT */
/* Is a source of CPython signed by the release manager of its series? */
#include <config.h>

#include <string.h>

#include "base/path.h"
#include "io/url.h"
#include "os/fd.h"
#include "supply/install_internal.h"
#include "supply/signature.h"
#include "trust/root.h"

#define SUFFIX ".sigstore"

/* The bundle beside the artifact: FILE.sigstore, or ADDRESS.sigstore. */
static int
get_bundle(const struct install_work *w, struct buf *ret, struct err *err)
{
	const struct artifact *artifact = w->receipt.artifact;
	static const struct events nobody = { 0 };
	cleanup_free char *url = mem_printf("%s" SUFFIX, artifact->url);
	struct artifact beside = { .url = url, .sha256 = "" };
	cleanup_fetched struct fetched file = FETCHED_INIT;
	struct fetch_options options;
	char *room;
	ssize_t n;

	fetch_options_init(w->options->layout, w->options->config, &options);
	options.offline = w->options->offline;
	options.subject = w->name;
	options.events = &nobody;
	if (fetch_named(&options, &beside, &file, err) < 0)
		return -1;
	room = buf_room(ret, SIGSTORE_BUNDLE_MAX);
	n = room ? fd_read_full(file.fd, room, SIGSTORE_BUNDLE_MAX) : -1;
	if (n < 0)
		return err_sys(err, "cannot read %s", url);
	buf_use(ret, (size_t)n);
	return 0;
}

/* Is there a bundle beside a file of the user's? Then it counts, asked for or not. */
static bool
is_beside(const struct install_work *w)
{
	cleanup_free char *path = url_has_scheme(w->receipt.artifact->url, "file")
					  ? url_file_path(w->receipt.artifact->url)
					  : NULL;
	cleanup_free char *beside = path ? mem_printf("%s" SUFFIX, path) : NULL;

	return beside && access(beside, F_OK) == 0;
}

static int
read_root(const struct install_work *w, struct trust_root **ret, struct err *err)
{
	const char *path = config_get(w->options->config, "trusted_root", NULL);

	if (!path || !*path)
		return signature_root_shipped(w->options->layout, ret, err);
	if (*path != '/')
		return err_set(err, ERR_USAGE, "the setting trusted_root is no absolute path: %s",
			       path);
	return signature_root_read(path, ret, err);
}

static int
verify(struct install_work *w, struct err *err)
{
	cleanup_trust_root struct trust_root *root = NULL;
	cleanup_sigstore_bundle struct sigstore_bundle *bundle = NULL;
	cleanup_signer struct signer signer = { 0 };
	struct sigstore_policy policy;
	struct sigstore_subject subject = { .sha256 = w->archive.provenance.sha256,
					    .fd = w->archive.fd };

	if (signature_signer(w->options->layout, w->receipt.artifact->version, &signer, err) < 0 ||
	    read_root(w, &root, err) < 0)
		return -1;
	policy = (struct sigstore_policy){ .identity = signer.identity, .issuer = signer.issuer };
	if (sigstore_bundle_parse(buf_str(&w->signature_text), "the signature", &bundle, err) < 0)
		return -1;
	return sigstore_verify(bundle, root, &policy, &subject, &w->signature, err);
}

bool
install_requires_signature(const struct install_options *options)
{
	return options->require_signature || config_is_on(options->config, "require_signature");
}

int
install_check_signature(struct install_work *w, struct err *err)
{
	const struct artifact *artifact = w->receipt.artifact;
	bool required = install_requires_signature(w->options);
	bool is_source = artifact->kind == ARTIFACT_SOURCE &&
			 strcmp(artifact->implementation, "cpython") == 0;

	if (!required && !(is_source && is_beside(w)))
		return 0;
	if (!is_source) {
		(void)err_set(err, ERR_CHECK, "%s: nothing signs this that could be verified here",
			      w->name);
		return err_detail(err, "to fix", "--build (CPython's sources are signed)");
	}
	if (get_bundle(w, &w->signature_text, err) < 0) {
		(void)err_wrap(err, "%s has no signature", w->name);
		return -1;
	}
	if (verify(w, err) < 0)
		return err_wrap(err, "the signature of %s does not hold", w->name);
	w->receipt.signature = &w->signature;
	return 0;
}

int
install_keep_signature(const struct install_work *w, const struct dir *meta, struct err *err)
{
	if (!w->receipt.signature)
		return 0;
	return fs_create_file(meta, "signature.sigstore.json", buf_str(&w->signature_text), 0644,
			      err);
}
