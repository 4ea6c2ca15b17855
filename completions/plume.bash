# bash completion for plume; written by `make gen` from the command table

# What a command takes.  --name is a flag, --name=WHAT takes a value, @WHAT is
# an argument by its place, @WHAT+ any number of them.
_plume_spec() {
	case $1 in
	'') echo ' --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --network=network --rpc=none --insecure-http --repo=dir -C=dir --store=file --require=local|claimed|signed|proven --yes -y --dry-run --quiet -q --verbose -v --no-color --help -h --version @quickstart|asset|account|token|call|light|evm|devnet|index|analyze|record|report|config|network|completion|version|help|' ;;
	asset) echo 'verbs: init templates new add-document check commit list show log' ;;
	account) echo 'verbs: new import list show alias' ;;
	token) echo 'verbs: create mint transfer burn balance show pause unpause' ;;
	light) echo 'verbs: init sync status head header block account storage code tx receipt logs verify check-block check-history check-proof check-receipts replay feed serve' ;;
	evm) echo 'verbs: run statetest' ;;
	index) echo 'verbs: import add remove sync list status export events verify' ;;
	analyze) echo 'verbs: trend risk forecast backtest portfolio regime concentration ensemble wash flows anomaly' ;;
	record) echo 'verbs: list show replay diff anchor audit export score' ;;
	config) echo 'verbs: list get set unset' ;;
	network) echo 'verbs: list show add remove' ;;
	'quickstart') echo ' @dir --days=none --account=none --password-file=file --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --network=network --rpc=none --insecure-http --repo=dir -C=dir --require=local|claimed|signed|proven --yes -y --quiet -q --verbose -v --no-color --help -h' ;;
	'asset init') echo ' @dir --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --dry-run --quiet -q --verbose -v --no-color --help -h' ;;
	'asset templates') echo ' @none --schema --example --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --quiet -q --verbose -v --no-color --help -h' ;;
	'asset new') echo ' @none --template=none -t=none --set=none --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --repo=dir -C=dir --dry-run --quiet -q --verbose -v --no-color --help -h' ;;
	'asset add-document') echo ' @none @file --kind=none -k=none --title=none --name=none --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --repo=dir -C=dir --dry-run --quiet -q --verbose -v --no-color --help -h' ;;
	'asset check') echo ' @none+ --at=none --fix --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --repo=dir -C=dir --dry-run --quiet -q --verbose -v --no-color --help -h' ;;
	'asset commit') echo ' @none+ --message=none -m=none --author-name=none --author-email=none --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --repo=dir -C=dir --dry-run --quiet -q --verbose -v --no-color --help -h' ;;
	'asset list') echo ' --at=none --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --repo=dir -C=dir --quiet -q --verbose -v --no-color --help -h' ;;
	'asset show') echo ' @none --at=none --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --repo=dir -C=dir --quiet -q --verbose -v --no-color --help -h' ;;
	'asset log') echo ' @none --max=none -n=none --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --repo=dir -C=dir --quiet -q --verbose -v --no-color --help -h' ;;
	'account new') echo ' @none --password-file=file --password-fd=none --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --repo=dir -C=dir --dry-run --quiet -q --verbose -v --no-color --help -h' ;;
	'account import') echo ' @file --name=none --private-key-file=file --private-key-fd=none --private-key --password-file=file --password-fd=none --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --repo=dir -C=dir --dry-run --quiet -q --verbose -v --no-color --help -h' ;;
	'account list') echo ' --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --repo=dir -C=dir --quiet -q --verbose -v --no-color --help -h' ;;
	'account show') echo ' @none --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --repo=dir -C=dir --quiet -q --verbose -v --no-color --help -h' ;;
	'account alias') echo ' @address @address --remove --scope=user|repo --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --repo=dir -C=dir --dry-run --quiet -q --verbose -v --no-color --help -h' ;;
	'token create') echo ' --asset=asset --name=none --symbol=none --decimals=none --supply=none --cap=none --owner=address --again --account=account --password-file=file --password-fd=none --nonce=none --gas-limit=none --max-fee=none --tip=none --wait=none --level=claimed|signed|posted|asserted|confirmed --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --network=network --rpc=none --insecure-http --repo=dir -C=dir --require=local|claimed|signed|proven --yes -y --dry-run --quiet -q --verbose -v --no-color --help -h' ;;
	'token mint') echo ' @token @none --to=address --account=account --password-file=file --password-fd=none --nonce=none --gas-limit=none --max-fee=none --tip=none --wait=none --level=claimed|signed|posted|asserted|confirmed --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --network=network --rpc=none --insecure-http --repo=dir -C=dir --require=local|claimed|signed|proven --yes -y --dry-run --quiet -q --verbose -v --no-color --help -h' ;;
	'token transfer') echo ' @token @none --to=address --account=account --password-file=file --password-fd=none --nonce=none --gas-limit=none --max-fee=none --tip=none --wait=none --level=claimed|signed|posted|asserted|confirmed --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --network=network --rpc=none --insecure-http --repo=dir -C=dir --require=local|claimed|signed|proven --yes -y --dry-run --quiet -q --verbose -v --no-color --help -h' ;;
	'token burn') echo ' @token @none --from=address --account=account --password-file=file --password-fd=none --nonce=none --gas-limit=none --max-fee=none --tip=none --wait=none --level=claimed|signed|posted|asserted|confirmed --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --network=network --rpc=none --insecure-http --repo=dir -C=dir --require=local|claimed|signed|proven --yes -y --dry-run --quiet -q --verbose -v --no-color --help -h' ;;
	'token balance') echo ' @token @address --account=account --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --network=network --rpc=none --insecure-http --repo=dir -C=dir --require=local|claimed|signed|proven --quiet -q --verbose -v --no-color --help -h' ;;
	'token show') echo ' @token --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --network=network --rpc=none --insecure-http --repo=dir -C=dir --require=local|claimed|signed|proven --quiet -q --verbose -v --no-color --help -h' ;;
	'token pause') echo ' @token --account=account --password-file=file --password-fd=none --nonce=none --gas-limit=none --max-fee=none --tip=none --wait=none --level=claimed|signed|posted|asserted|confirmed --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --network=network --rpc=none --insecure-http --repo=dir -C=dir --require=local|claimed|signed|proven --yes -y --dry-run --quiet -q --verbose -v --no-color --help -h' ;;
	'token unpause') echo ' @token --account=account --password-file=file --password-fd=none --nonce=none --gas-limit=none --max-fee=none --tip=none --wait=none --level=claimed|signed|posted|asserted|confirmed --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --network=network --rpc=none --insecure-http --repo=dir -C=dir --require=local|claimed|signed|proven --yes -y --dry-run --quiet -q --verbose -v --no-color --help -h' ;;
	'call') echo ' @address @none @none+ --from=address --value=none --data=none --gas=none --error=none --level=claimed|signed|posted|asserted|confirmed --parent-rpc=none --feed=file --history-proof=file --block=none --save=file --beacon=none --checkpoint=none --strict --paranoid --offline --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --network=network --rpc=none --insecure-http --repo=dir -C=dir --require=local|claimed|signed|proven --quiet -q --verbose -v --no-color --help -h' ;;
	'light init') echo ' --checkpoint=none --beacon=none --force --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --network=network --rpc=none --insecure-http --repo=dir -C=dir --require=local|claimed|signed|proven --quiet -q --verbose -v --no-color --help -h' ;;
	'light sync') echo ' --beacon=none --checkpoint=none --strict --paranoid --offline --follow --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --network=network --rpc=none --insecure-http --repo=dir -C=dir --require=local|claimed|signed|proven --quiet -q --verbose -v --no-color --help -h' ;;
	'light status') echo ' --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --network=network --repo=dir -C=dir --require=local|claimed|signed|proven --quiet -q --verbose -v --no-color --help -h' ;;
	'light head') echo ' --finalized --save=file --beacon=none --checkpoint=none --strict --paranoid --offline --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --network=network --rpc=none --insecure-http --repo=dir -C=dir --require=local|claimed|signed|proven --quiet -q --verbose -v --no-color --help -h' ;;
	'light header') echo ' @none --level=claimed|signed|posted|asserted|confirmed --parent-rpc=none --feed=file --history-proof=file --save=file --beacon=none --checkpoint=none --strict --paranoid --offline --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --network=network --rpc=none --insecure-http --repo=dir -C=dir --require=local|claimed|signed|proven --quiet -q --verbose -v --no-color --help -h' ;;
	'light block') echo ' @none --level=claimed|signed|posted|asserted|confirmed --parent-rpc=none --feed=file --history-proof=file --save=file --beacon=none --checkpoint=none --strict --paranoid --offline --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --network=network --rpc=none --insecure-http --repo=dir -C=dir --require=local|claimed|signed|proven --quiet -q --verbose -v --no-color --help -h' ;;
	'light account') echo ' @address --level=claimed|signed|posted|asserted|confirmed --parent-rpc=none --feed=file --history-proof=file --block=none --save=file --beacon=none --checkpoint=none --strict --paranoid --offline --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --network=network --rpc=none --insecure-http --repo=dir -C=dir --require=local|claimed|signed|proven --quiet -q --verbose -v --no-color --help -h' ;;
	'light storage') echo ' @address @none+ --level=claimed|signed|posted|asserted|confirmed --parent-rpc=none --feed=file --history-proof=file --block=none --save=file --beacon=none --checkpoint=none --strict --paranoid --offline --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --network=network --rpc=none --insecure-http --repo=dir -C=dir --require=local|claimed|signed|proven --quiet -q --verbose -v --no-color --help -h' ;;
	'light code') echo ' @address --level=claimed|signed|posted|asserted|confirmed --parent-rpc=none --feed=file --history-proof=file --block=none --save=file --beacon=none --checkpoint=none --strict --paranoid --offline --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --network=network --rpc=none --insecure-http --repo=dir -C=dir --require=local|claimed|signed|proven --quiet -q --verbose -v --no-color --help -h' ;;
	'light tx') echo ' @none --save=file --beacon=none --checkpoint=none --strict --paranoid --offline --history-proof=file --level=claimed|signed|posted|asserted|confirmed --parent-rpc=none --feed=file --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --network=network --rpc=none --insecure-http --repo=dir -C=dir --require=local|claimed|signed|proven --quiet -q --verbose -v --no-color --help -h' ;;
	'light receipt') echo ' @none --save=file --beacon=none --checkpoint=none --strict --paranoid --offline --history-proof=file --level=claimed|signed|posted|asserted|confirmed --parent-rpc=none --feed=file --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --network=network --rpc=none --insecure-http --repo=dir -C=dir --require=local|claimed|signed|proven --quiet -q --verbose -v --no-color --help -h' ;;
	'light logs') echo ' --address=address --topic=none --from=none --to=none --max-blocks=none --save=file --beacon=none --checkpoint=none --strict --paranoid --offline --history-proof=file --level=claimed|signed|posted|asserted|confirmed --parent-rpc=none --feed=file --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --network=network --rpc=none --insecure-http --repo=dir -C=dir --require=local|claimed|signed|proven --quiet -q --verbose -v --no-color --help -h' ;;
	'light verify') echo ' @file+ --root=none --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --repo=dir -C=dir --require=local|claimed|signed|proven --quiet -q --verbose -v --no-color --help -h' ;;
	'light check-block') echo ' @file+ --signers=none --epoch=none --period=none --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --require=local|claimed|signed|proven --quiet -q --verbose -v --no-color --help -h' ;;
	'light check-history') echo ' @file+ --state-root=none --slot=none --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --network=network --repo=dir -C=dir --require=local|claimed|signed|proven --quiet -q --verbose -v --no-color --help -h' ;;
	'light check-proof') echo ' @file+ --header=file --state-root=none --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --require=local|claimed|signed|proven --quiet -q --verbose -v --no-color --help -h' ;;
	'light check-receipts') echo ' @file+ --header=file --receipts-root=none --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --require=local|claimed|signed|proven --quiet -q --verbose -v --no-color --help -h' ;;
	'light replay') echo ' @file+ --bootstrap=file --root=none --updates=file --finality=file --optimistic=file --preset=mainnet|minimal --config=file --genesis-validators-root=none --now=none --paranoid --spec-case=dir --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --network=network --repo=dir -C=dir --require=local|claimed|signed|proven --quiet -q --verbose -v --no-color --help -h' ;;
	'light feed') echo ' @file --count=none --seconds=none --from=none --signatures-only --parent-rpc=none --beacon=none --checkpoint=none --strict --paranoid --offline --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --network=network --rpc=none --insecure-http --repo=dir -C=dir --require=local|claimed|signed|proven --quiet -q --verbose -v --no-color --help -h' ;;
	'light serve') echo ' --listen=none --allow-claimed --cors=none --host=none --poll=none --max-blocks=none --workers=none --beacon=none --checkpoint=none --strict --paranoid --offline --level=claimed|signed|posted|asserted|confirmed --parent-rpc=none --feed=file --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --network=network --rpc=none --insecure-http --repo=dir -C=dir --require=local|claimed|signed|proven --quiet -q --verbose -v --no-color --help -h' ;;
	'evm run') echo ' --code=none --codefile=file --input=none --gas=none --fork=frontier|homestead|dao|tangerine|spurious|byzantium|constantinople|petersburg|istanbul|muir-glacier|berlin|london|arrow-glacier|gray-glacier|paris|shanghai|cancun|prague|osaka|bpo1|bpo2 --create --value=none --sender=address --receiver=address --trace --memory --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --quiet -q --verbose -v --no-color --help -h' ;;
	'evm statetest') echo ' @file+ --fork=none --quiet -q --verbose -v --no-color --help -h' ;;
	'devnet') echo ' --listen=none --cors=none --host=none --chain-id=none --hardfork=paris|shanghai|cancun|prague|osaka|bpo1|bpo2 --accounts=none --balance=none --mnemonic=none --derivation-path=none --block-time=none --no-mining --gas-limit=none --base-fee=none --timestamp=none --state=file --state-db=file --unlimited-code --fork-url=none --fork-block=none --consensus --orbit --lie=nothing|headers|state|logs|proofs|signatures --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --repo=dir -C=dir --quiet -q --verbose -v --no-color --help -h' ;;
	'index import') echo ' @file+ --token=address -t=address --format=auto|etl|etherscan|logs|csv --map=none --where=none --decimals=none --units=auto|raw|decimal --dates=iso|mdy|dmy --skip-bad --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --network=network --repo=dir -C=dir --store=file --require=local|claimed|signed|proven --dry-run --quiet -q --verbose -v --no-color --help -h' ;;
	'index add') echo ' @token --from-block=none --kind=none -k=none --name=none --event=none --value=none --time=none --decimals=none --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --network=network --rpc=none --insecure-http --repo=dir -C=dir --store=file --dry-run --quiet -q --verbose -v --no-color --help -h' ;;
	'index remove') echo ' @token --keep-rows --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --network=network --repo=dir -C=dir --store=file --dry-run --quiet -q --verbose -v --no-color --help -h' ;;
	'index sync') echo ' --token=token -t=token --from-block=none --to-block=none --chunk=none --parallel=none --also=none --confirmations=none --follow -f --poll=none --proven --level=claimed|signed|posted|asserted|confirmed --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --network=network --rpc=none --insecure-http --repo=dir -C=dir --store=file --require=local|claimed|signed|proven --dry-run --quiet -q --verbose -v --no-color --help -h' ;;
	'index list') echo ' --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --repo=dir -C=dir --store=file --require=local|claimed|signed|proven --quiet -q --verbose -v --no-color --help -h' ;;
	'index status') echo ' --token=token -t=token --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --network=network --repo=dir -C=dir --store=file --require=local|claimed|signed|proven --quiet -q --verbose -v --no-color --help -h' ;;
	'index export') echo ' --token=token -t=token --from-block=none --to-block=none --from=none --to=none --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --network=network --repo=dir -C=dir --store=file --require=local|claimed|signed|proven --quiet -q --verbose -v --no-color --help -h' ;;
	'index events') echo ' --token=token -t=token --kind=none -k=none --from-block=none --to-block=none --from=none --to=none --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --network=network --repo=dir -C=dir --store=file --require=local|claimed|signed|proven --quiet -q --verbose -v --no-color --help -h' ;;
	'index verify') echo ' --token=token -t=token --from-block=none --to-block=none --logs --proven --level=claimed|signed|posted|asserted|confirmed --file-only --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --network=network --rpc=none --insecure-http --repo=dir -C=dir --store=file --require=local|claimed|signed|proven --quiet -q --verbose -v --no-color --help -h' ;;
	'analyze trend') echo ' --csv=file --time=none --value=none --no-header --sort --missing=refuse|skip|break|carry --token=token -t=token --measure=volume|transfers|active|net-mint|price|nav --source=token --bar-price=close|vwap|twap --bar=none --from=none --to=none --from-block=none --to-block=none --include-zero --whole-bars --level=none --hac=nw94|greene|fixed|none --lags=none --correction=none|hamed-rao|yue-wang --change=mean|mean-variance --penalty=none --min-segment=none --record --commit --watch --every=none --svg=file --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --network=network --repo=dir -C=dir --store=file --require=local|claimed|signed|proven --dry-run --quiet -q --verbose -v --no-color --help -h' ;;
	'analyze risk') echo ' --csv=file --time=none --value=none --no-header --sort --missing=refuse|skip|break|carry --token=token -t=token --measure=volume|transfers|active|net-mint|price|nav --source=token --bar-price=close|vwap|twap --bar=none --from=none --to=none --from-block=none --to-block=none --include-zero --whole-bars --returns=given|log|simple --percent --losses --gains --unit=fraction|percent|amount --compound=simple|log --quantile-type=none --lambda=none --warm=none --garch=normal|t|gjr|gjr-t --threshold-level=none --threshold=none --hill=none --maxima=none --horizon=none --paths=none --seed=none --replications=none --block=none --threads=none --record --commit --watch --every=none --svg=file --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --network=network --repo=dir -C=dir --store=file --require=local|claimed|signed|proven --dry-run --quiet -q --verbose -v --no-color --help -h' ;;
	'analyze forecast') echo ' --csv=file --time=none --value=none --no-header --sort --missing=refuse|skip|break|carry --token=token -t=token --measure=volume|transfers|active|net-mint|price|nav --source=token --bar-price=close|vwap|twap --bar=none --from=none --to=none --from-block=none --to-block=none --include-zero --whole-bars --horizon=none --method=auto|naive|seasonal-naive|ets|arima --level=none --rate=none --period=none --log --window=none --record --commit --watch --every=none --svg=file --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --network=network --repo=dir -C=dir --store=file --require=local|claimed|signed|proven --dry-run --quiet -q --verbose -v --no-color --help -h' ;;
	'analyze backtest') echo ' --csv=file --time=none --value=none --no-header --sort --missing=refuse|skip|break|carry --token=token -t=token --measure=volume|transfers|active|net-mint|price|nav --source=token --bar-price=close|vwap|twap --bar=none --from=none --to=none --from-block=none --to-block=none --include-zero --whole-bars --returns=given|log|simple --losses --level=none --window=none --refit=none --simulations=none --seed=none --threads=none --record --commit --watch --every=none --svg=file --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --network=network --repo=dir -C=dir --store=file --require=local|claimed|signed|proven --dry-run --quiet -q --verbose -v --no-color --help -h' ;;
	'analyze portfolio') echo ' --csv=file --time=none --value=none --no-header --sort --missing=refuse|skip|break|carry --token=token -t=token --measure=volume|transfers|active|net-mint|price|nav --source=token --bar-price=close|vwap|twap --bar=none --from=none --to=none --from-block=none --to-block=none --include-zero --whole-bars --returns=given|log|simple --losses --columns=none --weights=none --level=none --horizon=none --nu=none --paths=none --seed=none --threads=none --record --commit --watch --every=none --svg=file --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --network=network --repo=dir -C=dir --store=file --require=local|claimed|signed|proven --dry-run --quiet -q --verbose -v --no-color --help -h' ;;
	'analyze regime') echo ' --csv=file --time=none --value=none --no-header --sort --missing=refuse|skip|break|carry --token=token -t=token --measure=volume|transfers|active|net-mint|price|nav --source=token --bar-price=close|vwap|twap --bar=none --from=none --to=none --from-block=none --to-block=none --include-zero --whole-bars --returns=given|log|simple --losses --states=none --starts=none --seed=none --threads=none --record --commit --watch --every=none --svg=file --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --network=network --repo=dir -C=dir --store=file --require=local|claimed|signed|proven --dry-run --quiet -q --verbose -v --no-color --help -h' ;;
	'analyze concentration') echo ' --csv=file --token=token -t=token --map=none --where=none --decimals=none --units=auto|raw|decimal --dates=iso|mdy|dmy --drop-equal --skip-bad --skip-most --block-seconds=none --labels=file --from=none --to=none --from-block=none --to-block=none --record --commit --watch --every=none --svg=file --view=auto|balances|window --share=none --exclude=address --keep-zero --all-kinds --bootstrap=none --seed=none --level=none --show=none --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --network=network --repo=dir -C=dir --store=file --require=local|claimed|signed|proven --dry-run --quiet -q --verbose -v --no-color --help -h' ;;
	'analyze ensemble') echo ' --of=risk|forecast --level=none --ahead=none --loss=pinball|error --source=none --like=none --eta=none --csv=file --record --commit --watch --every=none --svg=file --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --repo=dir -C=dir --store=file --require=local|claimed|signed|proven --dry-run --quiet -q --verbose -v --no-color --help -h' ;;
	'analyze wash') echo ' --csv=file --token=token -t=token --map=none --where=none --decimals=none --units=auto|raw|decimal --dates=iso|mdy|dmy --drop-equal --skip-bad --skip-most --block-seconds=none --labels=file --from=none --to=none --from-block=none --to-block=none --record --commit --watch --every=none --svg=file --rounds=none --margin=none --hubs=none --worlds=none --seed=none --show=none --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --network=network --repo=dir -C=dir --store=file --require=local|claimed|signed|proven --dry-run --quiet -q --verbose -v --no-color --help -h' ;;
	'analyze flows') echo ' --csv=file --token=token -t=token --map=none --where=none --decimals=none --units=auto|raw|decimal --dates=iso|mdy|dmy --drop-equal --skip-bad --skip-most --block-seconds=none --labels=file --from=none --to=none --from-block=none --to-block=none --record --commit --watch --every=none --svg=file --supply=none --nav=file --prices=file --nav-source=token --price-source=token --registry=token --as-of=none --position=none --participation=none --exposure=address --hops=none --bootstrap=none --seed=none --level=none --show=none --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --network=network --repo=dir -C=dir --store=file --require=local|claimed|signed|proven --dry-run --quiet -q --verbose -v --no-color --help -h' ;;
	'analyze anomaly') echo ' --csv=file --token=token -t=token --map=none --where=none --decimals=none --units=auto|raw|decimal --dates=iso|mdy|dmy --drop-equal --skip-bad --skip-most --block-seconds=none --labels=file --from=none --to=none --from-block=none --to-block=none --record --commit --watch --every=none --svg=file --bar=none --window=none --scale=mad|sn|qn --fdr=none --least=none --show=none --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --network=network --repo=dir -C=dir --store=file --require=local|claimed|signed|proven --dry-run --quiet -q --verbose -v --no-color --help -h' ;;
	'record list') echo ' --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --repo=dir -C=dir --require=local|claimed|signed|proven --quiet -q --verbose -v --no-color --help -h' ;;
	'record show') echo ' @none --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --repo=dir -C=dir --require=local|claimed|signed|proven --quiet -q --verbose -v --no-color --help -h' ;;
	'record replay') echo ' @none --csv=file --threads=none --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --repo=dir -C=dir --store=file --require=local|claimed|signed|proven --quiet -q --verbose -v --no-color --help -h' ;;
	'record diff') echo ' @none @none --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --repo=dir -C=dir --quiet -q --verbose -v --no-color --help -h' ;;
	'record anchor') echo ' @none+ --contract=address --new-contract --account=account --password-file=file --password-fd=none --nonce=none --gas-limit=none --max-fee=none --tip=none --wait=none --level=claimed|signed|posted|asserted|confirmed --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --network=network --rpc=none --insecure-http --repo=dir -C=dir --require=local|claimed|signed|proven --yes -y --dry-run --quiet -q --verbose -v --no-color --help -h' ;;
	'record audit') echo ' @none --root=none --level=claimed|signed|posted|asserted|confirmed --parent-rpc=none --feed=file --history-proof=file --block=none --save=file --beacon=none --checkpoint=none --strict --paranoid --offline --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --network=network --rpc=none --insecure-http --repo=dir -C=dir --require=local|claimed|signed|proven --quiet -q --verbose -v --no-color --help -h' ;;
	'record export') echo ' @none+ --to=dir --evidence=file --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --network=network --repo=dir -C=dir --store=file --quiet -q --verbose -v --no-color --help -h' ;;
	'record score') echo ' @none+ --csv=file --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --repo=dir -C=dir --store=file --require=local|claimed|signed|proven --quiet -q --verbose -v --no-color --help -h' ;;
	'report') echo ' @token --csv=file --records=none --to=file --title=none --only=none --time=none --value=none --no-header --sort --missing=none --measure=none --bar=none --from=none --until=none --record --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --network=network --repo=dir -C=dir --store=file --require=local|claimed|signed|proven --dry-run --quiet -q --verbose -v --no-color --help -h' ;;
	'config list') echo ' --all --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --repo=dir -C=dir --quiet -q --verbose -v --no-color --help -h' ;;
	'config get') echo ' @key --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --repo=dir -C=dir --quiet -q --verbose -v --no-color --help -h' ;;
	'config set') echo ' @key @none --scope=user|repo --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --repo=dir -C=dir --dry-run --quiet -q --verbose -v --no-color --help -h' ;;
	'config unset') echo ' @key --scope=user|repo --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --repo=dir -C=dir --dry-run --quiet -q --verbose -v --no-color --help -h' ;;
	'network list') echo ' --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --repo=dir -C=dir --quiet -q --verbose -v --no-color --help -h' ;;
	'network show') echo ' @network --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --repo=dir -C=dir --quiet -q --verbose -v --no-color --help -h' ;;
	'network add') echo ' @none --chain-id=none --rpc=none --explorer=none --currency=none --parent=network --kind=bold|legacy|outbox --outbox=address --rollup=address --bridge=address --sequencer-inbox=address --feed=none --chain-info=file --scope=user|repo --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --repo=dir -C=dir --dry-run --quiet -q --verbose -v --no-color --help -h' ;;
	'network remove') echo ' @network --scope=user|repo --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --repo=dir -C=dir --dry-run --quiet -q --verbose -v --no-color --help -h' ;;
	'completion') echo ' @bash|zsh|fish --quiet -q --verbose -v --no-color --help -h' ;;
	'version') echo ' --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --quiet -q --verbose -v --no-color --help -h' ;;
	'help') echo ' @command+ --all --schema --output=text|json|jsonl|csv -o=text|json|jsonl|csv --json --quiet -q --verbose -v --no-color --help -h' ;;
	*) return 1 ;;
	esac
}

# Offer values of a kind that begin with $cur.
_plume_offer() {
	local IFS=$'\n' word
	case $1 in
	none) ;;
	file)
		compopt -o filenames 2>/dev/null
		COMPREPLY=($(compgen -f -- "$cur"))
		;;
	dir)
		compopt -o filenames 2>/dev/null
		COMPREPLY=($(compgen -d -- "$cur"))
		;;
	*'|'*) COMPREPLY=($(compgen -W "${1//|/$'\n'}" -- "$cur")) ;;
	*)
		while read -r word; do
			COMPREPLY+=("${word%%$'\t'*}")
		done < <("${COMP_WORDS[0]}" __complete "$1" "$cur" "${places[@]}" 2>/dev/null)
		;;
	esac
}

# The value that option $1 of the table takes, or nothing.
_plume_takes() {
	local t
	for t in $spec; do
		[[ $t == "$1"=* ]] && echo "${t#*=}" && return
	done
}

# Words as the program sees them: the shell parts --a=b at the sign.
_plume_words() {
	local i w glue=
	words=()
	for ((i = 1; i <= COMP_CWORD; i++)); do
		w=${COMP_WORDS[i]}
		if [[ $w == [=:] && ${#words[@]} -gt 0 ]]; then
			words[${#words[@]} - 1]+=$w
			glue=1
		elif [[ -n $glue ]]; then
			words[${#words[@]} - 1]+=$w
			glue=
		else
			words+=("$w")
		fi
	done
}

_plume() {
	local words cur spec path= prev= options=1 i w t n
	local -a places=()
	COMPREPLY=()
	_plume_words
	cur=${words[${#words[@]} - 1]}
	spec=$(_plume_spec '')
	for ((i = 0; i < ${#words[@]} - 1; i++)); do
		w=${words[i]}
		if [[ -n $prev ]]; then
			prev=
		elif [[ -n $options && $w == -- ]]; then
			options=
		elif [[ -n $options && $w == -* ]]; then
			[[ $w != *=* ]] && prev=$(_plume_takes "$w")
		elif [[ -z $path ]]; then
			path=$w
			spec=$(_plume_spec "$path") || return
		elif [[ $spec == verbs:* ]]; then
			path+=" $w"
			spec=$(_plume_spec "$path") || return
		else
			places+=("$w")
		fi
	done
	if [[ -n $prev ]]; then
		_plume_offer "$prev"
	elif [[ -n $options && $cur == --*=* ]]; then
		prev=$(_plume_takes "${cur%%=*}")
		cur=${cur#*=}
		[[ -n $prev ]] && _plume_offer "$prev"
	elif [[ -n $options && $cur == -* ]]; then
		[[ $spec == verbs:* ]] && spec=$(_plume_spec '')
		for t in $spec; do
			[[ $t == -* ]] && COMPREPLY+=("${t%%=*}")
		done
		COMPREPLY=($(compgen -W "${COMPREPLY[*]}" -- "$cur"))
	elif [[ $spec == verbs:* ]]; then
		COMPREPLY=($(compgen -W "${spec#verbs:}" -- "$cur"))
	else
		n=${#places[@]}
		for t in $spec; do
			[[ $t == @* ]] || continue
			((n-- == 0)) || [[ $t == *+ ]] || continue
			t=${t#@}
			_plume_offer "${t%+}"
			break
		done
	fi
}
complete -F _plume plume
