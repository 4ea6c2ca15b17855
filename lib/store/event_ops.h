/* What a store that keeps events has to do; the contracts are in event.h. */
#ifndef PL_STORE_EVENT_OPS_H
#define PL_STORE_EVENT_OPS_H

#include "store/event.h"

struct pl_event_ops {
	enum pl_rc (*watch_put)(struct pl_index *, const struct pl_watch *,
				struct pl_err *);
	enum pl_rc (*watch)(struct pl_arena *, struct pl_index *, bool *,
			    struct pl_watch *, int64_t, struct pl_err *);
	enum pl_rc (*forget)(struct pl_index *, uint64_t *, int64_t, bool,
			     struct pl_err *);
	enum pl_rc (*put)(struct pl_index *, enum pl_put *, int64_t,
			  const struct pl_event_row *, struct pl_err *);
	enum pl_rc (*cursor)(struct pl_index *, struct pl_event_cursor *,
			     int64_t, int64_t, struct pl_err *);
	enum pl_rc (*cursor_put)(struct pl_index *, int64_t, int64_t,
				 const struct pl_event_cursor *,
				 struct pl_err *);
	enum pl_rc (*drop_from)(struct pl_index *, uint64_t *, int64_t, int64_t,
				uint64_t, struct pl_err *);
	enum pl_rc (*keep_kinds)(struct pl_index *, uint64_t *, int64_t,
				 uint64_t, struct pl_err *);
	enum pl_rc (*hash_below)(struct pl_index *, bool *, uint64_t *,
				 struct pl_hash32 *, int64_t, int64_t, uint64_t,
				 struct pl_err *);
	enum pl_rc (*each)(struct pl_index *, const struct pl_event_query *,
			   pl_event_fn, void *, struct pl_err *);
	enum pl_rc (*counts)(struct pl_arena *, struct pl_index *,
			     struct pl_event_count **, size_t *, int64_t,
			     struct pl_err *);
	enum pl_rc (*integrity)(struct pl_index *, uint64_t *,
				pl_index_fault_fn, void *, struct pl_err *);
};

#endif
