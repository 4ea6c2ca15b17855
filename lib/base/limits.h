/* Every limit on what comes from outside, in one place.  Checked before
 * anything is reserved; over it is PL_ELIMIT, naming the limit and the value.
 */
#ifndef PL_BASE_LIMITS_H
#define PL_BASE_LIMITS_H

#include <stddef.h>

#define PL_ARENA_CAP ((size_t)8 << 30)       /* backstop, exits 70 */
#define PL_MAX_FILE ((size_t)1 << 30)        /* a data file read whole */
#define PL_MAX_JSON_FILE ((size_t)256 << 20) /* a JSON file read whole */
#define PL_MAX_BODY ((size_t)256 << 20)      /* an HTTP answer */
#define PL_MAX_ANSWER ((size_t)32 << 20)     /* of a node, but for logs */
#define PL_MAX_WORD ((size_t)1 << 20)        /* of a node, one value */
#define PL_MAX_BATCH 100                     /* calls in one exchange */
#define PL_MAX_ASK ((size_t)4 << 20)         /* a request to `light serve` */
#define PL_MAX_JSON_DEPTH 64                 /* arrays and objects nested */
#define PL_MAX_PROOF_NODES 65                /* 64 nibbles and a leaf */
#define PL_MAX_PROOF_SLOTS 4096              /* slots in one answer */
#define PL_MAX_CALL_ACCOUNTS 4096            /* that one call may look at */
#define PL_MAX_CALL_SLOTS 65536              /* likewise */
#define PL_MAX_CALL_CODE ((size_t)32 << 20)  /* bytes of code, likewise */
#define PL_MAX_CALL_AUTHS 256                /* EIP-7702, of one request */
#define PL_MAX_CALL_TRIPS 2048               /* exchanges with the node */
#define PL_MAX_HEADER 4096                   /* bytes of a header's RLP */
#define PL_MAX_EXTRA 2048                    /* extraData: clique's lists */
#define PL_MAX_BLOCK_TXS 65536               /* transactions in a block */
#define PL_MAX_TX ((size_t)16 << 20)         /* bytes of one transaction */
#define PL_MAX_RECEIPT_LOGS 65536            /* logs of one receipt */
#define PL_MAX_TOPICS 4
#define PL_MAX_KEYSTORE ((size_t)64 << 10)   /* bytes of a keystore file */
#define PL_MAX_SCRYPT_MEM ((size_t)1 << 30)  /* what a keystore may ask for */
#define PL_MAX_SCRYPT_WORK ((size_t)1 << 26) /* n·r·p: a minute or so */
#define PL_MAX_PBKDF2_ITER 10000000u
#define PL_MAX_PASSWORD 1024
#define PL_MAX_LC_OBJECT ((size_t)128 << 10) /* a light client's update */
#define PL_MAX_SIGNERS 256                   /* of a proof-of-authority chain */
#define PL_MAX_VOTES 30000           /* pending on its signers: one a block */
#define PL_MAX_HISTORY 65536         /* periods of a beacon chain: 200 years */
#define PL_MAX_FEED 1000000          /* messages of a sequencer's feed */
#define PL_MAX_WS ((size_t)64 << 20) /* a message of a WebSocket */
#define PL_MAX_BLS_KEYS 131072       /* under one BLS signature */
#define PL_MAX_ABI_DATA ((size_t)16 << 20) /* bytes encoded or decoded */
#define PL_MAX_ABI_DEPTH 16                /* types inside types */
#define PL_MAX_LINE ((size_t)1 << 20)      /* one CSV record */
#define PL_MAX_COLUMNS 1024                /* of a CSV file */
#define PL_MAX_RECORD ((size_t)16 << 20)   /* bytes of a decision record */
#define PL_MAX_ROWS 50000000               /* of a series */
#define PL_MAX_CONFIG ((size_t)1 << 20)    /* bytes of a settings file */
#define PL_MAX_BARS 4000000                /* of a series made from the index */
#define PL_MAX_PATH 1024                   /* bytes of a path in a repository */
#define PL_MAX_REPO_FILES 100000           /* below one folder of it */
#define PL_MAX_DOCUMENT ((size_t)256 << 20) /* one paper of an asset */
#define PL_MAX_ASSET_JSON ((size_t)4 << 20) /* asset.json, token.json */
#define PL_MAX_SCHEMA ((size_t)1 << 20)     /* bytes of a JSON Schema */
#define PL_MAX_SCHEMA_DEPTH 256             /* schemas inside schemas, refs */
#define PL_MAX_SCHEMA_STEPS 5000000         /* keywords applied to values */
#define PL_MAX_SCHEMA_ERRORS 64             /* reported of one value */
#define PL_MAX_MODEXP ((size_t)32 << 20)    /* bytes of a number of MODEXP */

#endif
