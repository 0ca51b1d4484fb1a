"""What a new policy would do to connections that were seen: `chainpin rehearse` under Apache Spark.

Each partition's lines go through `chainpin rehearse --partial`, which prints sums, one in JSON a line; Spark adds them up.

    spark-submit rehearse.py --policy new.json --against old.json s3a://logs/observations/*.ndjson.gz --out s3a://logs/rehearsal
"""

import argparse
import json
import operator
import os
import shlex

from pyspark.sql import SparkSession

# What is added up. All else in a line (host, rule, outcome, reason, …; or the problem of broken lines) tells what it is a sum of.
NUMBERS = ("observations", "connections", "lines")


def main():
    options = read_options()
    context = SparkSession.builder.appName("chainpin rehearse").getOrCreate().sparkContext
    command = [*shlex.split(options.chainpin), "rehearse", "--partial", "--workers", "1"]  # a task of Spark's has one core
    command += ["--policy", shipped(context, options.policy)]
    if options.against:
        command += ["--against", shipped(context, options.against)]
    if options.anchors:
        command += ["--anchors", shipped(context, options.anchors)]
    if options.now:
        command += ["--now", options.now]

    lines = context.textFile(",".join(options.observations), options.partitions)
    # checkCode: a process that fails fails the job, where its lines would be lost otherwise.
    parts = lines.pipe(shlex.join(command), env=environment(), checkCode=True)
    sums = parts.map(told).reduceByKey(added).map(line_of)
    if options.out:
        sums.saveAsTextFile(options.out)
    else:
        for line in sums.toLocalIterator():
            print(line)


def read_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("observations", nargs="+", help="files or folders that all machines can read, compressed or not")
    parser.add_argument("--policy", required=True, help="the new policy, a file on this machine")
    parser.add_argument("--against", help="the policy that is in use, likewise")
    parser.add_argument("--anchors", help="the roots that are trusted for presented chains, likewise (default: Node's)")
    parser.add_argument("--now", help="judge all as on this day")
    parser.add_argument("--chainpin", default="npx chainpin", help="how the command is called on the workers (default: npx chainpin)")
    parser.add_argument("--partitions", type=int, help="the least number of partitions (default: Spark's)")
    parser.add_argument("--out", help="a folder for the sums (default: standard output)")
    return parser.parse_args()


def shipped(context, path):
    """A file on its way to the workers, and how it is called there: Spark puts it into the folder in which they run."""
    context.addFile(path)
    alone = context.master.startswith("local") and not context.master.startswith("local-cluster")
    return os.path.abspath(path) if alone else os.path.basename(path)


def environment():
    """Where the command finds Node, and npx its cache. Nothing else of this machine's goes to the workers."""
    return {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}


def told(line):
    """What a line is a sum of, and its numbers."""
    values = json.loads(line)
    of = {name: value for name, value in values.items() if name not in NUMBERS}
    return json.dumps(of, sort_keys=True), tuple(values.get(name, 0) for name in NUMBERS)


def added(one, other):
    return tuple(map(operator.add, one, other))


def line_of(summed):
    of, numbers = summed
    return json.dumps({**json.loads(of), **{name: number for name, number in zip(NUMBERS, numbers) if number > 0}})


if __name__ == "__main__":
    main()
