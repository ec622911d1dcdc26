"""Runs the commands of docs/install.md that make the provider's role and its policies, against moto.

usage: run.py PAGE AWS_BIN

PAGE is docs/install.md, and AWS_BIN the directory of the AWS CLI. The commands are taken out of the page: those of
each way to give the role to the providers run against an emulator of their own, in the order of the page.
"""

import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import textwrap
import time
import urllib.request

import boto3

SECTION = "## 2. AWS"
WAYS = {"with IRSA": "sts:AssumeRoleWithWebIdentity", "with EKS Pod Identity": "sts:AssumeRole"}
POLICIES = {path.stem for path in pathlib.Path("docs/install/policies").glob("kasha-*.json")}
BOUNDARY = "kasha-boundary"
LIMIT = 6144
# Of these moto knows nothing. The CLI checks their parameters, and calls nobody.
NOT_EMULATED = re.compile(r"^aws eks create-pod-identity-association(?= )", re.M)


def commands(page):
    """The commands of the section's console blocks, by the heading above them."""
    text = open(page).read()
    section = text.split(SECTION + "\n", 1)[1].split("\n## ", 1)[0]
    for part in ("\n" + section).split("\n### "):
        heading = part.split("\n", 1)[0]
        for _, block in re.findall(r"^( *)```console\n(.*?)^\1```$", part, re.M | re.S):
            block = textwrap.dedent(block)
            if not block.startswith("$ "):
                raise SystemExit(f"cannot run a block below {heading}: it does not begin with a command")
            lines = [line[2:] if line.startswith("$ ") else line for line in block.splitlines()]
            yield heading, "\n".join(lines)


def port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Emulator:
    """moto on a free port of 127.0.0.1."""

    def __enter__(self):
        at = port()
        self.url = f"http://127.0.0.1:{at}"
        self.process = subprocess.Popen(
            [os.path.join(os.path.dirname(sys.executable), "moto_server"), "-H", "127.0.0.1", "-p", str(at)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(240):
            try:
                urllib.request.urlopen(self.url + "/moto-api/data.json", timeout=5).read()
                return self
            except OSError:
                time.sleep(0.5)
        raise SystemExit("cannot start moto")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def client(self, service):
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name="eu-central-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )


def run(script, emulator, aws, directory):
    env = {
        "PATH": aws + ":" + os.environ["PATH"],
        "HOME": directory,
        "AWS_ENDPOINT_URL": emulator.url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_PAGER": "",
    }
    script = NOT_EMULATED.sub(lambda m: m[0] + " --generate-cli-skeleton output", script)
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", script], env=env, cwd=directory, capture_output=True,
        text=True)
    if done.returncode:
        raise SystemExit(f"cannot run what is written:\n{script}\n{done.stdout}{done.stderr}")


def check(emulator, action):
    """What the page promises is there."""
    iam = emulator.client("iam")
    role = iam.get_role(RoleName="kasha-provider")["Role"]
    account = role["Arn"].split(":")[4]
    trust = role["AssumeRolePolicyDocument"]
    expect("the role's trust", action in trust["Statement"][0]["Action"], True)
    expect("placeholders in the role's trust", re.findall("OIDC_ISSUER|111122223333", json.dumps(trust)), [])
    attached = iam.list_attached_role_policies(RoleName="kasha-provider")["AttachedPolicies"]
    expect("the role's policies", {p["PolicyName"] for p in attached}, POLICIES - {BOUNDARY})
    expect("the number of the role's policies", len(attached) <= 10, True)
    made = {p["PolicyName"]: p["Arn"] for p in iam.list_policies(Scope="Local")["Policies"]}
    expect("policies", set(made), POLICIES)
    for name, arn in made.items():
        document = iam.get_policy_version(PolicyArn=arn, VersionId="v1")["PolicyVersion"]["Document"]
        check_policy(name, document, account)
    regions = statement(iam, made["kasha-guard"],
        "OtherRegions")["Condition"]["StringNotEquals"]["aws:RequestedRegion"]
    expect("the regions", regions, ["eu-central-1", "eu-west-1", "us-east-1"])
    boundary = statement(iam, made["kasha-identity"],
        "Bounded")["Condition"]["StringEquals"]["iam:PermissionsBoundary"]
    expect("the boundary that new roles must have", boundary, [made["kasha-boundary"]])


def statement(iam, arn, sid):
    document = iam.get_policy_version(PolicyArn=arn, VersionId="v1")["PolicyVersion"]["Document"]
    return next(s for s in document["Statement"] if s["Sid"] == sid)


def check_policy(name, document, account):
    text = json.dumps(document)
    expect(f"placeholders in {name}", "111122223333" in text, False)
    if name not in ("kasha-guard",):
        expect(f"the account in {name}", account in text, True)
    committed = json.load(open(f"docs/install/policies/{name}.json"))
    expect(f"the statements of {name}", [s["Sid"] for s in document["Statement"]],
        [s["Sid"] for s in committed["Statement"]])


def check_size(directory):
    """moto takes policies of any size, so this counts as IAM does: without white space."""
    for name in os.listdir(os.path.join(directory, "kasha-iam")):
        with open(os.path.join(directory, "kasha-iam", name)) as f:
            expect(f"the length of {name} within IAM's limit", len("".join(f.read().split())) <= LIMIT, True)


def expect(what, got, want):
    if got != want:
        raise SystemExit(f"{what}: got {got}, want {want}")


def main(page, aws):
    blocks = list(commands(page))
    for way in WAYS:
        if not any(heading.endswith(way) for heading, _ in blocks):
            raise SystemExit(f"cannot find commands for the role {way}")
    for way, action in WAYS.items():
        others = [w for w in WAYS if w != way]
        script = "\n".join(b for heading, b in blocks if not any(heading.endswith(w) for w in others))
        with Emulator() as emulator, tempfile.TemporaryDirectory() as directory:
            os.symlink(os.path.abspath("docs"), os.path.join(directory, "docs"))
            emulator.client("eks").create_cluster(
                name="platform", roleArn="arn:aws:iam::123456789012:role/eks", resourcesVpcConfig={"subnetIds": []}
            )
            run(script, emulator, os.path.abspath(aws), directory)
            check(emulator, action)
            check_size(directory)
        print(f"the role {way}: {len(script.splitlines())} lines of commands ran")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
