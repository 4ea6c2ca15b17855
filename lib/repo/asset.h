/* Assets in the repository: made from a template, checked against the JSON
 * Schema of their class and against their papers' digests, committed, shown.
 *
 * asset.json has one form: the RFC 8785 text of its value with line breaks
 * and two blanks per level put in, so that diffs are readable and taking the
 * blanks out gives the RFC 8785 bytes. */
#ifndef PL_REPO_ASSET_H
#define PL_REPO_ASSET_H

#include "codec/json_in.h"
#include "repo/repo.h"

/* An asset class plume brings along. */
struct pl_asset_class {
	const char *name;  /* "real-estate" */
	const char *title; /* of its schema */
	const char *about; /* its description */
	struct pl_span
		schema; /* whole: what schemas/<name>.schema.json holds */
	struct pl_span example, papers; /* to start from */
};
PL_CHECKED enum pl_rc pl_asset_classes(struct pl_arena *a,
				       struct pl_asset_class **out, size_t *n,
				       struct pl_err *e);

/* Lower-case letters, digits and hyphens, at most 64, no hyphen at the ends;
 * PL_EUSAGE otherwise.  Such a name is safe in a path, a URL and a shell. */
PL_CHECKED enum pl_rc pl_asset_id_check(const char *id, struct pl_err *e);

/* "assets/<id>/<name>", or "assets/<id>" for name NULL. */
const char *pl_asset_path(struct pl_arena *a, const char *id, const char *name);

/* A new asset from a class's example; each of sets[] is "member.path=value"
 * and replaces or adds a member: a string where a string stands, else what
 * the value is as JSON, else a string.  PL_EUSAGE
 * when the asset exists, PL_ENOTFOUND for a class nobody knows. */
PL_CHECKED enum pl_rc pl_asset_new(struct pl_repo *r, const char *id,
				   const char *class_name,
				   const char *const *sets, size_t n_sets,
				   int64_t now, struct pl_err *e);

/* Copy a file to documents/ and list it with digest, size, media type. */
struct pl_asset_document {
	const char *path; /* below the asset's folder */
	const char *kind, *title, *media_type;
	uint64_t size;
	struct pl_hash32 sha256;
};
PL_CHECKED enum pl_rc pl_asset_add_document(struct pl_arena *a,
					    struct pl_asset_document *out,
					    struct pl_repo *r, const char *id,
					    const char *file, const char *kind,
					    const char *title, const char *name,
					    struct pl_err *e);

/* What is wrong with an asset. */
struct pl_asset_finding {
	const char *asset, *file; /* file below the asset's folder */
	const char *at;           /* JSON Pointer into asset.json, or "" */
	const char *rule;         /* "schema/required", "digest", "extra" … */
	const char *message;
};
struct pl_asset_findings {
	struct pl_asset_finding *v;
	size_t n, cap;
};

/* Appends to *f what is wrong in the work tree (rev NULL) or at a revision;
 * fails only where it could not look.  `now` judges dates. */
PL_CHECKED enum pl_rc pl_asset_check(struct pl_arena *a,
				     struct pl_asset_findings *f,
				     struct pl_repo *r, const char *rev,
				     const char *id, int64_t now,
				     struct pl_err *e);

/* Bring asset.json into its one form; *changed tells whether it was not.  One
 * that cannot be read as JSON is left alone. */
PL_CHECKED enum pl_rc pl_asset_format(bool *changed, struct pl_repo *r,
				      const char *id, struct pl_err *e);

/* Ids of all assets in the work tree (rev NULL) or at a revision, sorted. */
PL_CHECKED enum pl_rc pl_asset_list(struct pl_arena *a, const char ***ids,
				    size_t *n, struct pl_repo *r,
				    const char *rev, struct pl_err *e);

/* asset.json, parsed. */
PL_CHECKED enum pl_rc pl_asset_read(struct pl_arena *a,
				    const struct pl_json **out,
				    struct pl_repo *r, const char *rev,
				    const char *id, struct pl_err *e);

/* SHA-256 Merkle root (repo/merkle.h) over the asset's folder.  SHA-1, which
 * git names objects by, is never trusted alone. */
PL_CHECKED enum pl_rc pl_asset_root(struct pl_hash32 *out, struct pl_repo *r,
				    const char *rev, const char *id,
				    struct pl_err *e);

/* Bring asset.json into its one form, check, commit: the assets named, or all
 * (n 0).  What was checked is what is committed, whatever happens to the work
 * tree meanwhile.  PL_EPROOF with the first finding when the check fails (all
 * of them appended to *f).  message NULL: one that names what changed.  The
 * time of `who` judges dates. */
struct pl_asset_state {
	const char *id;
	struct pl_hash32 root; /* pl_asset_root */
	bool gone;             /* removed from the work tree */
};
struct pl_asset_commit {
	struct pl_oid commit;
	bool changed; /* false: there was nothing to commit */
	const char *message;
	struct pl_asset_state *assets;
	size_t n;
};
PL_CHECKED enum pl_rc pl_asset_commit(struct pl_arena *a,
				      struct pl_asset_commit *out,
				      struct pl_asset_findings *f,
				      struct pl_repo *r, const char *const *ids,
				      size_t n, const struct pl_repo_who *who,
				      const char *message, struct pl_err *e);

/* token.json: which token on which chain stands for the asset.  The bytes are
 * the caller's; put writes canonical JSON and does not commit. */
PL_CHECKED enum pl_rc pl_asset_token_get(struct pl_arena *a,
					 const struct pl_json **out,
					 struct pl_repo *r, const char *id,
					 struct pl_err *e);
PL_CHECKED enum pl_rc pl_asset_token_put(struct pl_repo *r, const char *id,
					 struct pl_span json, struct pl_err *e);

/* records/<id>.json: bytes kept as they are (their SHA-256 is the id, in
 * hexadecimal, checked on put and get).  put commits nothing. */
PL_CHECKED enum pl_rc pl_repo_record_put(struct pl_repo *r, const char *id,
					 struct pl_span bytes,
					 struct pl_err *e);
PL_CHECKED enum pl_rc pl_repo_record_get(struct pl_arena *a,
					 struct pl_span *out, struct pl_repo *r,
					 const char *id, struct pl_err *e);
PL_CHECKED enum pl_rc pl_repo_record_list(struct pl_arena *a, const char ***ids,
					  size_t *n, struct pl_repo *r,
					  struct pl_err *e);

#endif
