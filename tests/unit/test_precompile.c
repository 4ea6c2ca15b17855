/* Precompiled contracts: where they are on which fork, what they cost, and
 * known answers: the examples of EIP-152, EIP-198, EIP-2565 and EIP-7883,
 * FIPS 180-4, the RIPEMD-160 paper, RFC 6979 A.2.5. */
#include "check.h"

#include "crypto/secp.h"
#include "evm/precompile.h"

#define Z8 "0000000000000000"
#define Z32 Z8 Z8 Z8 Z8
#define Z128 Z32 Z32 Z32 Z32

static struct pl_arena *a;
static struct pl_err e;

/* ------------------------------------------------------------- addresses */

static struct pl_addr address(unsigned i)
{
	struct pl_addr at = { { 0 } };

	at.b[18] = (uint8_t)(i >> 8);
	at.b[19] = (uint8_t)i;
	return at;
}

static unsigned how_many(enum pl_fork fork)
{
	unsigned n = 0, index;

	for (unsigned i = 0; i < 0x10000; i++) {
		struct pl_addr at = address(i);

		if (!pl_precompile_find(&index, &at, fork))
			continue;
		assert_int_equal(index, i);
		n++;
	}
	return n;
}

static void contracts_come_with_their_forks(void **state)
{
	static const struct {
		enum pl_fork fork;
		unsigned n;
	} want[] = {
		{ PL_FORK_FRONTIER, 4 },  { PL_FORK_SPURIOUS, 4 },
		{ PL_FORK_BYZANTIUM, 8 }, { PL_FORK_PETERSBURG, 8 },
		{ PL_FORK_ISTANBUL, 9 },  { PL_FORK_SHANGHAI, 9 },
		{ PL_FORK_CANCUN, 10 },   { PL_FORK_PRAGUE, 17 },
		{ PL_FORK_OSAKA, 18 },    { PL_FORK_BPO2, 18 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(want); i++)
		assert_int_equal(how_many(want[i].fork), want[i].n);
}

static void other_addresses_are_none(void **state)
{
	struct pl_addr at = address(1);
	struct pl_span out;
	unsigned index;

	(void)state;
	for (size_t i = 0; i < 18; i++) {
		at.b[i] = 1;
		assert_false(pl_precompile_find(&index, &at, PL_FORK_OSAKA));
		at.b[i] = 0;
	}
	assert_true(pl_precompile_find(&index, &at, PL_FORK_OSAKA));
	assert_int_equal(pl_precompile_gas(0, PL_FORK_OSAKA, pl_span_str("")),
			 UINT64_MAX);
	assert_int_equal(
		pl_precompile_gas(0x12, PL_FORK_OSAKA, pl_span_str("")),
		UINT64_MAX);
	assert_false(pl_precompile_run(&out, a, 0x101, PL_FORK_OSAKA,
				       pl_span_str("")));
	assert_false(pl_precompile_run(&out, a, 5, PL_FORK_SPURIOUS,
				       pl_span_str("")));
}

/* ---------------------------------------------------------------- answers */

#define EXAMPLE_198                                                            \
	Z8 Z8 Z8 "0000000000000001" Z8 Z8 Z8 "0000000000000020" Z8 Z8 Z8       \
		 "0000000000000020"                                            \
		 "03fffffffffffffffffffffffffffffffffffffffffffffffffffffffef" \
		 "ff"                                                          \
		 "ffc2e"                                                       \
		 "fffffffffffffffffffffffffffffffffffffffffffffffffffffffefff" \
		 "ffc"                                                         \
		 "2f"
#define LEN(x) Z8 Z8 Z8 "00000000" x

/* BLAKE2b of "abc": h, m and t of its one block */
#define BLAKE_H                                                                \
	"48c9bdf267e6096a3ba7ca8485ae67bb2bf894fe72f36e3cf1361d5f3af54fa5"     \
	"d182e6ad7f520e511f6c3e2b8c68059b6bbd41fbabd9831f79217e1319cde05b"
#define BLAKE_M "6162630000000000" Z8 Z8 Z8 Z32 Z32 Z32
#define BLAKE_T "0300000000000000" Z8

/* RFC 6979 A.2.5, SHA-256, "sample" */
#define P256_H                                                                 \
	"af2bdbe1aa9b6ec1e2ade1d694f41fc71a831d0268e9891562113d8a62add1bf"
#define P256_R                                                                 \
	"efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
#define P256_S                                                                 \
	"f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"
#define P256_HIGH /* n - s */                                                  \
	"0834e36ad29a83bf2bc9385e491d6099c8fdf9d1ed67aa7ea5f51f93782857a9"
#define P256_X                                                                 \
	"60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
#define P256_Y                                                                 \
	"7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299"
#define P256_N                                                                 \
	"ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"
#define P256_P                                                                 \
	"ffffffff00000001000000000000000000000000ffffffffffffffffffffffff"
/* Points of BLS12-381, by Python from the generators: G, 2G, 3G, a point
 * of the curve outside G1 and its double, the generator of G2. */
#define BLS_G BLS_X BLS_Y
#define BLS_NEG_G BLS_X BLS_NEG_Y
#define BLS_INF Z128
#define BLS_P                                                                  \
	"000000000000000000000000000000001a0111ea397fe69a4b1ba7b6434bacd7"     \
	"64774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab"
#define BLS_X                                                                  \
	"0000000000000000000000000000000017f1d3a73197d7942695638c4fa9ac0f"     \
	"c3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb"
#define BLS_Y                                                                  \
	"0000000000000000000000000000000008b3f481e3aaa0f1a09e30ed741d8ae4"     \
	"fcf5e095d5d00af600db18cb2c04b3edd03cc744a2888ae40caa232946c5e7e1"
#define BLS_NEG_Y                                                              \
	"00000000000000000000000000000000114d1d6855d545a8aa7d76c8cf2e21f2"     \
	"67816aef1db507c96655b9d5caac42364e6f38ba0ecb751bad54dcd6b939c2ca"
#define BLS_2G                                                                 \
	"000000000000000000000000000000000572cbea904d67468808c8eb50a9450c"     \
	"9721db309128012543902d0ac358a62ae28f75bb8f1c7c42c39a8c5529bf0f4e"     \
	"00000000000000000000000000000000166a9d8cabc673a322fda673779d8e38"     \
	"22ba3ecb8670e461f73bb9021d5fd76a4c56d9d4cd16bd1bba86881979749d28"
#define BLS_3G                                                                 \
	"0000000000000000000000000000000009ece308f9d1f0131765212deca99697"     \
	"b112d61f9be9a5f1f3780a51335b3ff981747a0b2ca2179b96d2c0c9024e5224"     \
	"00000000000000000000000000000000032b80d3a6f5b09f8a84623389c5f80c"     \
	"a69a0cddabc3097f9d9c27310fd43be6e745256c634af45ca3473b0590ae30d1"
#define BLS_ODD                                                                \
	"0000000000000000000000000000000000000000000000000000000000000000"     \
	"0000000000000000000000000000000000000000000000000000000000000004"     \
	"000000000000000000000000000000000a989badd40d6212b33cffc3f3763e9b"     \
	"c760f988c9926b26da9dd85e928483446346b8ed00e1de5d5ea93e354abe706c"
#define BLS_2ODD                                                               \
	"00000000000000000000000000000000061e5e9176f0eaf720bb36853d02bf41"     \
	"bd493ef21b2e5ec39fcf409e5829a353cafb4b4afc8c3c3c2bc3878787877374"     \
	"0000000000000000000000000000000003dce838b58d784d9e663fdf809f630c"     \
	"630692751c8af8af9b42d50ff90694b2e211bc0c19a333160a1ee6891b38838e"
#define BLS_H                                                                  \
	"00000000000000000000000000000000024aa2b2f08f0a91260805272dc51051"     \
	"c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8"     \
	"0000000000000000000000000000000013e02b6052719f607dacd3a088274f65"     \
	"596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e"     \
	"000000000000000000000000000000000ce5d527727d6e118cc9cdc6da2e351a"     \
	"adfd9baa8cbdd3a76d429a695160d12c923ac9cc3baca289e193548608b82801"     \
	"000000000000000000000000000000000606c4a02ea734cc32acd2b02bc28b99"     \
	"cb3e287e85a763af267492ab572e99ab3f370d275cec1da1aaa9075ff05f79be"
#define BLS_R "73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001"
#define BLS_R1                                                                 \
	"73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000000"
#define KZG_TAU                                                                \
	"ad3eb50121139aa34db1d545093ac9374ab7bca2c0f3bf28e27c8dcd8fc7cb42"     \
	"d25926fc0c97b336e9f0fb35e5a04c81"
#define KZG_HASH                                                               \
	"014fa3bb4018340ca2fa8eb239e23af6ba465f6d5bc31db78988445da078db76"
#define KZG_G1                                                                 \
	"97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac58"     \
	"6c55e83ff97a1aeffb3af00adb22c6bb"
#define KZG_NIL                                                                \
	"c000000000000000000000000000000000000000000000000000000000000000"     \
	"00000000000000000000000000000000"
#define KZG_NIL_HASH                                                           \
	"010657f37554c781402a22917dee2f75def7ab966d7b770905398eba3c444014"
/* BN254: the generators. */
#define BN_INF Z32 Z32
#define BN_G                                                                   \
	"0000000000000000000000000000000000000000000000000000000000000001"     \
	"0000000000000000000000000000000000000000000000000000000000000002"
#define BN_NEG_G                                                               \
	"0000000000000000000000000000000000000000000000000000000000000001"     \
	"30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd45"
#define BN_H                                                                   \
	"198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2"     \
	"1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed"     \
	"090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b"     \
	"12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa"
#define TWO Z8 Z8 Z8 "0000000000000002"
#define FIVE Z8 Z8 Z8 "0000000000000005"
#define YES Z8 Z8 Z8 "0000000000000001"

/* clang-format off */
static const struct row {
	const char *label;
	unsigned index;
	enum pl_fork fork;
	uint64_t gas;
	const char *in, *out; /* out NULL: it fails */
} rows[] = {
	{ "sha256 of nothing", 2, PL_FORK_FRONTIER, 60, "",
	  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
	{ "sha256 of abc", 2, PL_FORK_OSAKA, 72, "616263",
	  "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
	{ "sha256, one byte over a word", 2, PL_FORK_OSAKA, 84, Z32 "00",
	  "7f9c9e31ac8256ca2f258583df262dbc7d6f68f2a03043d5c99a4ae5a7396ce9" },
	{ "ripemd160 of nothing", 3, PL_FORK_FRONTIER, 600, "",
	  "0000000000000000000000009c1185a5c5e9fc54612808977ee8f548b2258d31" },
	{ "ripemd160 of abc", 3, PL_FORK_PRAGUE, 720, "616263",
	  "0000000000000000000000008eb208f7e05d987a9b044a8e98c6b087f15a0bfc" },
	{ "identity of nothing", 4, PL_FORK_FRONTIER, 15, "", "" },
	{ "identity", 4, PL_FORK_FRONTIER, 21, Z32 "ff", Z32 "ff" },

	{ "EIP-198's first example", 5, PL_FORK_BYZANTIUM, 13056, EXAMPLE_198,
	  YES },
	{ "the same under EIP-2565", 5, PL_FORK_BERLIN, 1360, EXAMPLE_198,
	  YES },
	{ "the same under EIP-7883", 5, PL_FORK_OSAKA, 4080, EXAMPLE_198,
	  YES },
	{ "EIP-198's second: 0 to that power", 5, PL_FORK_BYZANTIUM, 13056,
	  Z32 LEN("00000020") LEN("00000020")
	  "fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2e"
	  "fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f",
	  Z32 },
	{ "EIP-198's third: nearly endless", 5, PL_FORK_BYZANTIUM, UINT64_MAX,
	  Z32 LEN("00000020")
	  "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
	  "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe"
	  "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffd",
	  NULL },
	{ "EIP-198's fourth: bytes cut off", 5, PL_FORK_BYZANTIUM, 768,
	  LEN("00000001") LEN("00000002") LEN("00000020") "03" "ffff" "80"
	  "00000000000000000000000000000000000000000000000000000000000000"
	  "07",
	  "3b01b01ac41f2d6e917c6d6a221ce793802469026d9ab7578fa2e79e4da6aaab" },
	{ "EIP-198's fifth: the same, not told", 5, PL_FORK_BYZANTIUM, 768,
	  LEN("00000001") LEN("00000002") LEN("00000020") "03" "ffff" "80",
	  "3b01b01ac41f2d6e917c6d6a221ce793802469026d9ab7578fa2e79e4da6aaab" },
	{ "modexp of nothing", 5, PL_FORK_BYZANTIUM, 0, "", "" },
	{ "modexp of nothing, EIP-2565", 5, PL_FORK_BERLIN, 200, "", "" },
	{ "modexp of nothing, EIP-7883", 5, PL_FORK_OSAKA, 500, "", "" },
	{ "modulo 0", 5, PL_FORK_BERLIN, 200,
	  LEN("00000001") LEN("00000001") LEN("00000002") "03" "05" "0000",
	  "0000" },
	{ "modulo 1", 5, PL_FORK_BERLIN, 200,
	  LEN("00000001") LEN("00000001") LEN("00000001") "03" "00" "01",
	  "00" },
	{ "0 to the 0", 5, PL_FORK_BERLIN, 200,
	  LEN("00000000") LEN("00000000") LEN("00000001") "02", "01" },
	{ "even modulus", 5, PL_FORK_BERLIN, 200,
	  LEN("00000001") LEN("00000001") LEN("00000001") "03" "05" "0a",
	  "03" },
	{ "a modulus of no bytes", 5, PL_FORK_BYZANTIUM, 0,
	  Z32 "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
	  Z32, "" },
	{ "1025 bytes before Osaka", 5, PL_FORK_PRAGUE, 5547,
	  LEN("00000401") LEN("00000000") LEN("00000001"), "00" },
	{ "EIP-7823: 1024 bytes", 5, PL_FORK_OSAKA, 32768,
	  LEN("00000400") LEN("00000000") LEN("00000001"), "00" },
	{ "EIP-7823: base of 1025 bytes", 5, PL_FORK_OSAKA, 33282,
	  LEN("00000401") LEN("00000000") LEN("00000001"), NULL },
	{ "EIP-7823: exponent of 1025 bytes", 5, PL_FORK_OSAKA, 254208,
	  LEN("00000000") LEN("00000401") LEN("00000000"), NULL },
	{ "EIP-7823: modulus of 1025 bytes", 5, PL_FORK_OSAKA, 33282,
	  LEN("00000000") LEN("00000000") LEN("00000401"), NULL },

	{ "ecadd of nothing", 6, PL_FORK_BYZANTIUM, 500, "", BN_INF },
	{ "ecadd, its price since EIP-1108", 6, PL_FORK_ISTANBUL, 150, "",
	  BN_INF },
	{ "ecadd of a point and what is not told", 6, PL_FORK_OSAKA, 150, BN_G,
	  BN_G },
	{ "ecadd: bytes after its input", 6, PL_FORK_OSAKA, 150,
	  BN_G Z128 "ff", BN_G },
	{ "ecadd: a point cut short", 6, PL_FORK_OSAKA, 150, Z32 "01", NULL },
	{ "ecadd off the curve", 6, PL_FORK_OSAKA, 150, YES YES, NULL },
	{ "ecmul of nothing", 7, PL_FORK_BYZANTIUM, 40000, "", BN_INF },
	{ "ecmul, its price since EIP-1108", 7, PL_FORK_ISTANBUL, 6000, "",
	  BN_INF },
	{ "ecmul: the factor is cut short", 7, PL_FORK_OSAKA, 6000,
	  BN_G "00", BN_INF },
	{ "ecmul: bytes after its input", 7, PL_FORK_OSAKA, 6000,
	  BN_G YES "ff", BN_G },
	{ "ecmul off the curve", 7, PL_FORK_OSAKA, 6000, YES YES YES, NULL },
	{ "ecpairing of nothing", 8, PL_FORK_BYZANTIUM, 100000, "", YES },
	{ "ecpairing, its price since EIP-1108", 8, PL_FORK_ISTANBUL, 45000, "",
	  YES },
	{ "ecpairing of infinities", 8, PL_FORK_BYZANTIUM, 260000,
	  Z128 Z128 Z128, YES },
	{ "ecpairing of the same", 8, PL_FORK_ISTANBUL, 113000,
	  Z128 Z128 Z128, YES },
	{ "ecpairing of generators", 8, PL_FORK_OSAKA, 79000, BN_G BN_H,
	  Z32 },
	{ "ecpairing and its negative", 8, PL_FORK_OSAKA, 113000,
	  BN_G BN_H BN_NEG_G BN_H, YES },
	{ "ecpairing: a byte more", 8, PL_FORK_OSAKA, 79000, BN_G BN_H "00",
	  NULL },
	{ "ecpairing: a byte less", 8, PL_FORK_OSAKA, 45000, Z128 Z32 Z8 Z8 Z8
	  "00000000000000", NULL },
	{ "blake2f: no input", 9, PL_FORK_ISTANBUL, 0, "", NULL },
	{ "blake2f: EIP-152's test 1, a byte short", 9, PL_FORK_ISTANBUL, 0,
	  "00000c" BLAKE_H BLAKE_M BLAKE_T "01", NULL },
	{ "blake2f: EIP-152's test 2, a byte long", 9, PL_FORK_ISTANBUL, 0,
	  "000000000c" BLAKE_H BLAKE_M BLAKE_T "01", NULL },
	{ "blake2f: EIP-152's test 3, bad flag", 9, PL_FORK_ISTANBUL, 12,
	  "0000000c" BLAKE_H BLAKE_M BLAKE_T "02", NULL },
	{ "blake2f: EIP-152's test 4, no rounds", 9, PL_FORK_ISTANBUL, 0,
	  "00000000" BLAKE_H BLAKE_M BLAKE_T "01",
	  "08c9bcf367e6096a3ba7ca8485ae67bb2bf894fe72f36e3cf1361d5f3af54fa5"
	  "d282e6ad7f520e511f6c3e2b8c68059b9442be0454267ce079217e1319cde05b" },
	{ "blake2f: EIP-152's test 5", 9, PL_FORK_ISTANBUL, 12,
	  "0000000c" BLAKE_H BLAKE_M BLAKE_T "01",
	  "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
	  "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923" },
	{ "blake2f: EIP-152's test 6, not final", 9, PL_FORK_ISTANBUL, 12,
	  "0000000c" BLAKE_H BLAKE_M BLAKE_T "00",
	  "75ab69d3190a562c51aef8d88f1c2775876944407270c42c9844252c26d28752"
	  "98743e7f6d5ea2f2d3e8d226039cd31b4e426ac4f2d3d666a610c2116fde4735" },
	{ "blake2f: EIP-152's test 7, one round", 9, PL_FORK_ISTANBUL, 1,
	  "00000001" BLAKE_H BLAKE_M BLAKE_T "01",
	  "b63a380cb2897d521994a85234ee2c181b5f844d2c624c002677e9703449d2fb"
	  "a551b3a8333bcdf5f2f7e08993d53923de3d64fcc68c034e717b9293fed7a421" },

	{ "point evaluation: x at 5", 0x0a, PL_FORK_CANCUN, 50000,
	  KZG_HASH FIVE FIVE KZG_TAU KZG_G1,
	  Z8 Z8 Z8 "0000000000001000" BLS_R },
	{ "point evaluation: another value", 0x0a, PL_FORK_CANCUN, 50000,
	  KZG_HASH FIVE YES KZG_TAU KZG_G1, NULL },
	{ "point evaluation: another place", 0x0a, PL_FORK_CANCUN, 50000,
	  KZG_HASH YES FIVE KZG_TAU KZG_G1, NULL },
	{ "point evaluation: another commitment", 0x0a, PL_FORK_CANCUN, 50000,
	  KZG_HASH FIVE FIVE KZG_G1 KZG_G1, NULL },
	{ "point evaluation: no proof", 0x0a, PL_FORK_CANCUN, 50000,
	  KZG_HASH FIVE FIVE KZG_TAU KZG_NIL, NULL },
	{ "point evaluation: nothing is 0", 0x0a, PL_FORK_CANCUN, 50000,
	  KZG_NIL_HASH FIVE Z32 KZG_NIL KZG_NIL,
	  Z8 Z8 Z8 "0000000000001000" BLS_R },
	{ "point evaluation: nothing is not 0", 0x0a, PL_FORK_CANCUN, 50000,
	  KZG_NIL_HASH FIVE FIVE KZG_NIL KZG_NIL, NULL },
	{ "point evaluation: proof without need", 0x0a, PL_FORK_CANCUN, 50000,
	  KZG_NIL_HASH Z32 Z32 KZG_NIL KZG_G1, NULL },
	{ "point evaluation: z not below the order", 0x0a, PL_FORK_CANCUN,
	  50000, KZG_NIL_HASH BLS_R Z32 KZG_NIL KZG_NIL, NULL },
	{ "point evaluation: y not below the order", 0x0a, PL_FORK_CANCUN,
	  50000, KZG_NIL_HASH Z32 BLS_R KZG_NIL KZG_NIL, NULL },
	{ "point evaluation: a byte short", 0x0a, PL_FORK_CANCUN, 50000,
	  KZG_HASH FIVE FIVE KZG_TAU
	  "97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac58"
	  "6c55e83ff97a1aeffb3af00adb22c6", NULL },

	{ "G1: G + G", 0x0b, PL_FORK_PRAGUE, 375, BLS_G BLS_G, BLS_2G },
	{ "G1: G + 2G", 0x0b, PL_FORK_PRAGUE, 375, BLS_G BLS_2G, BLS_3G },
	{ "G1: G - G", 0x0b, PL_FORK_PRAGUE, 375, BLS_G BLS_NEG_G, BLS_INF },
	{ "G1: G + nothing", 0x0b, PL_FORK_PRAGUE, 375, BLS_G BLS_INF, BLS_G },
	{ "G1: nothing + G", 0x0b, PL_FORK_PRAGUE, 375, BLS_INF BLS_G, BLS_G },
	{ "G1: outside the subgroup", 0x0b, PL_FORK_PRAGUE, 375,
	  BLS_ODD BLS_ODD, BLS_2ODD },
	{ "G1: off the curve", 0x0b, PL_FORK_PRAGUE, 375,
	  BLS_G BLS_X BLS_X, NULL },
	{ "G1: x not below p", 0x0b, PL_FORK_PRAGUE, 375,
	  BLS_G BLS_P Z32 Z32, NULL },
	{ "G1: bytes over the number", 0x0b, PL_FORK_PRAGUE, 375,
	  BLS_G "01" Z32 Z32 Z32 Z8 Z8 Z8 "00000000000000", NULL },
	{ "G1: a byte more", 0x0b, PL_FORK_PRAGUE, 375, BLS_G BLS_G "00",
	  NULL },
	{ "G1: no input", 0x0b, PL_FORK_PRAGUE, 375, "", NULL },
	{ "G1 times 2", 0x0c, PL_FORK_PRAGUE, 12000, BLS_G TWO, BLS_2G },
	{ "G1 times the order", 0x0c, PL_FORK_PRAGUE, 12000, BLS_G BLS_R,
	  BLS_INF },
	{ "G1 times the order less 1", 0x0c, PL_FORK_PRAGUE, 12000,
	  BLS_G BLS_R1, BLS_NEG_G },
	{ "G1 sum: G + 2G", 0x0c, PL_FORK_PRAGUE, 22776,
	  BLS_G YES BLS_2G YES, BLS_3G },
	{ "G1 sum: G + nothing + 2G", 0x0c, PL_FORK_PRAGUE, 30528,
	  BLS_G YES BLS_INF TWO BLS_2G YES, BLS_3G },
	{ "G1 sum: the same twice", 0x0c, PL_FORK_PRAGUE, 22776,
	  BLS_G YES BLS_G YES, BLS_2G },
	{ "G1 sum: nothing", 0x0c, PL_FORK_PRAGUE, 22776,
	  BLS_INF TWO BLS_G Z32, BLS_INF },
	{ "G1 sum: outside the subgroup, times 0", 0x0c, PL_FORK_PRAGUE, 12000,
	  BLS_ODD Z32, NULL },
	{ "G1 sum: no input", 0x0c, PL_FORK_PRAGUE, 0, "", NULL },
	{ "G1 sum: a byte short", 0x0c, PL_FORK_PRAGUE, 0,
	  BLS_G Z8 Z8 Z8 "00000000000000", NULL },
	{ "G2: H + nothing", 0x0d, PL_FORK_PRAGUE, 600, BLS_H BLS_INF BLS_INF,
	  BLS_H },
	{ "G2: off the curve", 0x0d, PL_FORK_PRAGUE, 600,
	  BLS_INF BLS_INF BLS_G BLS_G, NULL },
	{ "G2 times 1", 0x0e, PL_FORK_PRAGUE, 22500, BLS_H YES, BLS_H },
	{ "G2 times the order", 0x0e, PL_FORK_PRAGUE, 22500, BLS_H BLS_R,
	  BLS_INF BLS_INF },
	{ "G2 sum: H + nothing", 0x0e, PL_FORK_PRAGUE, 45000,
	  BLS_INF BLS_INF YES BLS_H YES, BLS_H },
	{ "pairing: e(G, H)", 0x0f, PL_FORK_PRAGUE, 70300, BLS_G BLS_H, Z32 },
	{ "pairing: e(G, H) e(-G, H)", 0x0f, PL_FORK_PRAGUE, 102900,
	  BLS_G BLS_H BLS_NEG_G BLS_H, YES },
	{ "pairing: e(G, H) e(G, H)", 0x0f, PL_FORK_PRAGUE, 102900,
	  BLS_G BLS_H BLS_G BLS_H, Z32 },
	{ "pairing: nothing and H", 0x0f, PL_FORK_PRAGUE, 70300, BLS_INF BLS_H,
	  YES },
	{ "pairing: G and nothing", 0x0f, PL_FORK_PRAGUE, 70300,
	  BLS_G BLS_INF BLS_INF, YES },
	{ "pairing: outside the subgroup", 0x0f, PL_FORK_PRAGUE, 70300,
	  BLS_ODD BLS_INF BLS_INF, NULL },
	{ "pairing: no input", 0x0f, PL_FORK_PRAGUE, 37700, "", NULL },
	{ "map: not below p", 0x10, PL_FORK_PRAGUE, 5500, BLS_P, NULL },
	{ "map: no input", 0x10, PL_FORK_PRAGUE, 5500, "", NULL },
	{ "map to G2: not below p", 0x11, PL_FORK_PRAGUE, 23800,
	  BLS_P Z32 Z32, NULL },

	{ "p256: RFC 6979", 0x100, PL_FORK_OSAKA, 6900,
	  P256_H P256_R P256_S P256_X P256_Y, YES },
	{ "p256: the other s", 0x100, PL_FORK_OSAKA, 6900,
	  P256_H P256_R P256_HIGH P256_X P256_Y, YES },
	{ "p256: no input", 0x100, PL_FORK_OSAKA, 6900, "", "" },
	{ "p256: a byte more", 0x100, PL_FORK_OSAKA, 6900,
	  P256_H P256_R P256_S P256_X P256_Y "00", "" },
	{ "p256: other digest", 0x100, PL_FORK_OSAKA, 6900,
	  Z32 P256_R P256_S P256_X P256_Y, "" },
	{ "p256: r = 0", 0x100, PL_FORK_OSAKA, 6900,
	  P256_H Z32 P256_S P256_X P256_Y, "" },
	{ "p256: s = 0", 0x100, PL_FORK_OSAKA, 6900,
	  P256_H P256_R Z32 P256_X P256_Y, "" },
	{ "p256: r = n", 0x100, PL_FORK_OSAKA, 6900,
	  P256_H P256_N P256_S P256_X P256_Y, "" },
	{ "p256: s = n", 0x100, PL_FORK_OSAKA, 6900,
	  P256_H P256_R P256_N P256_X P256_Y, "" },
	{ "p256: key off the curve", 0x100, PL_FORK_OSAKA, 6900,
	  P256_H P256_R P256_S P256_Y P256_X, "" },
	{ "p256: key at infinity", 0x100, PL_FORK_OSAKA, 6900,
	  P256_H P256_R P256_S Z32 Z32, "" },
	{ "p256: coordinate not below p", 0x100, PL_FORK_OSAKA, 6900,
	  P256_H P256_R P256_S P256_P P256_Y, "" },
};
/* clang-format on */

static void check(const struct row *r)
{
	struct pl_span in = unhex(a, r->in), out;
	uint64_t gas = pl_precompile_gas(r->index, r->fork, in);

	if (gas != r->gas)
		fail_msg("%s: costs %ju, not %ju", r->label, (uintmax_t)gas,
			 (uintmax_t)r->gas);
	if (pl_precompile_run(&out, a, r->index, r->fork, in) != !!r->out)
		fail_msg("%s: %s", r->label,
			 r->out ? "failed" : "did not fail");
	if (!r->out)
		return;
	if (!pl_span_equal(out, unhex(a, r->out)))
		print_error("%s:\n", r->label);
	assert_hex_equal(out, r->out);
}

static void answers_follow_the_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		check(rows + i);
	}
}

/* -------------------------------------------------------------- ECRECOVER */

static struct pl_span recover(const uint8_t in[128], size_t n)
{
	struct pl_span out;

	assert_int_equal(pl_precompile_gas(1, PL_FORK_FRONTIER,
					   (struct pl_span){ in, n }),
			 3000);
	assert_true(pl_precompile_run(&out, a, 1, PL_FORK_FRONTIER,
				      (struct pl_span){ in, n }));
	return out;
}

static void ecrecover_names_the_signer(void **state)
{
	const struct pl_hash32 digest = { "a digest of thirty-two bytes, so" };
	uint8_t key[32] = { [31] = 7 }, in[160] = { 0 };
	struct pl_span out;
	struct pl_sig sig;
	struct pl_addr me;

	(void)state;
	assert_ok(pl_secp_address(&me, key, &e), &e);
	assert_ok(pl_secp_sign(&sig, &digest, key, &e), &e);
	memcpy(in, digest.b, 32);
	in[63] = (uint8_t)(27 + sig.y_parity);
	memcpy(in + 64, sig.r, 32);
	memcpy(in + 96, sig.s, 32);
	out = recover(in, 128);
	assert_int_equal(out.n, 32);
	assert_memory_equal(out.p + 12, me.b, 20);
	for (size_t i = 0; i < 12; i++)
		assert_int_equal(out.p[i], 0);
	assert_memory_equal(recover(in, 160).p, out.p, 32);
	/* v counts whole: 31 bytes of zeros before it */
	for (size_t i = 32; i < 64; i++) {
		in[i] ^= 4;
		assert_int_equal(recover(in, 128).n, 0);
		in[i] ^= 4;
	}
	/* what is not told is zeros */
	for (size_t n = 0; n < 96; n++)
		assert_int_equal(recover(in, n).n, 0);
	memset(in + 64, 0xff, 32);
	assert_int_equal(recover(in, 128).n, 0);
	memset(in + 64, 0, 32);
	assert_int_equal(recover(in, 128).n, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(contracts_come_with_their_forks),
		cmocka_unit_test(other_addresses_are_none),
		cmocka_unit_test(answers_follow_the_table),
		cmocka_unit_test(ecrecover_names_the_signer),
	};
	int failed;

	a = pl_arena_open(0);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	pl_arena_close(a);
	return failed;
}
