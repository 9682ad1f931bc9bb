/* SPDX-License-Identifier: MIT */
/* What an installation wants of signatures, and what it keeps of them. */
#include <config.h>

#include "supply/install_internal.h"

#define KEPT_SIGSTORE "signature.sigstore.json"
#define KEPT_OPENPGP "signature.asc"

bool
install_requires_signature(const struct install_options *options)
{
	return options->require_signature || config_is_on(options->config, "require_signature");
}

int
install_check_signature(struct install_work *w, const struct fetch_options *options,
			struct err *err)
{
	struct signature_spec spec = { .layout = w->options->layout,
				       .config = w->options->config,
				       .fetch = options,
				       .artifact = w->receipt.artifact,
				       .file = &w->archive,
				       .is_named = w->options->named != NULL,
				       .required = install_requires_signature(w->options) ||
						   install_rules_require_signature(w) };

	if (signature_check(&spec, &w->signature, err) < 0)
		return -1;
	w->receipt.signature = w->signature.kind == SIGNATURE_NONE ? NULL : &w->signature;
	return 0;
}

int
install_keep_signature(const struct install_work *w, const struct dir *meta, struct err *err)
{
	if (!w->receipt.signature)
		return 0;
	return fs_create_file(meta,
			      w->signature.kind == SIGNATURE_OPENPGP ? KEPT_OPENPGP : KEPT_SIGSTORE,
			      buf_str(&w->signature.text), 0644, err);
}
