"""Kasha's runner does what a claim needs done in AWS, and answers how it ended.

The provider calls it again after every error, restart and lost answer. So each action may be called
at any time, also twice at once, and what must happen once is noted in a ledger: a parameter in SSM.
An action answers FAILED where the same call again would not help, and raises where it might.
EventBridge Scheduler calls, too: for runs that must not overlap, or that must end in time.
"""

import hashlib
import json
import time

import boto3

ecs, ssm, scheduler = boto3.client("ecs"), boto3.client("ssm"), boto3.client("scheduler")

SPARE_SECONDS = 20  # A call answers RUNNING when it has no more than this left.
TOKEN_SECONDS = 3000  # AWS knows the token of a short task for about an hour.
ATTEMPTS = 3  # A task that never started has done nothing.
ACTIONS = {}


def action(f):
    ACTIONS[f.__name__] = f
    return f


def handler(event, context):
    return ACTIONS[event["action"]](event, lambda: context.get_remaining_time_in_millis() > SPARE_SECONDS * 1000)


@action
def release(e, more):
    """Runs a task once for each id, and one at a time in each series."""
    entry = opened(e, e["id"])
    while "status" not in entry:
        waits = {}
        if "task" in entry:
            entry = watch(e, e["id"], entry)
        elif ahead(e):
            waits = {"reason": "an earlier release still runs"}
        else:
            entry = start(e, entry)
        if "status" in entry:
            break
        if not more():
            return entry | waits | {"status": "RUNNING"}
        time.sleep(5)
    return entry


@action
def rollout(e, more):
    """Tells how the deployment of a version has ended."""
    bad = 0
    while True:
        s = ecs.describe_services(cluster=e["cluster"], services=[e["service"]])["services"][0]
        first = next(d for d in s["deployments"] if d["status"] == "PRIMARY")
        ours = [d for d in s["deployments"] if d["taskDefinition"] == e["taskDefinition"]]
        mine = first if first in ours else (ours or [{"rolloutState": "FAILED"}])[0]
        state = mine.get("rolloutState")
        if state == "COMPLETED" and mine is first:
            return told("SUCCEEDED", mine, runs=first["taskDefinition"])
        # What ECS says at first may be of before, and a rollback begins some seconds after the failure. One that
        # another deployment has overtaken has not failed.
        bad = bad + 1 if state == "FAILED" else 0
        if bad > (6 if mine is first else 3):
            says = mine.get("rolloutStateReason") or "ECS runs another version"
            return told("FAILED", mine, runs=first["taskDefinition"], reason=ends(e, says))
        if not more():
            says = f"{mine['runningCount']} of {mine['desiredCount']} tasks run"
            return told("RUNNING", mine, reason=ends(e, says))
        time.sleep(10)


@action
def run(e, more):
    """Starts a run of a schedule, unless one that it must not overlap still runs. Lambda calls again after an error,
    and puts the event into the dead-letter queue after the third."""
    entry = opened(e, e["series"])
    if entry.get("id") != e["id"]:
        if e["overlap"] == "Forbid" and running(e):
            print(json.dumps({"skipped": e["series"], "at": e["id"], "reason": "an earlier run has not ended"}))
            return {"status": "SKIPPED"}
        entry = {"id": e["id"], "attempt": 0}
    name = e["series"] + "-" + hashlib.sha256(e["id"].encode()).hexdigest()[:12]
    task = entry.get("task") or entry["attempt"] and found(e, name, entry)
    if not task:
        if entry["attempt"] >= e["attempts"]:
            raise Exception(entry.get("reason", "the run did not start"))
        entry = note(e, e["series"], entry, attempt=entry["attempt"] + 1)
        answer = started(e, name, entry, e["group"], e["capacityProvider"], enableExecuteCommand=e["shell"])
        if answer["failures"]:
            note(e, e["series"], entry, reason=short(answer["failures"][0].get("reason")))
            raise Exception(short(answer["failures"][0].get("reason")))
        task = answer["tasks"][0]["taskArn"]
    note(e, e["series"], entry, task=task, reason=None)
    if e["timeoutSeconds"]:
        stop_later(e, name, task)
    return {"status": "STARTED", "task": task}


def running(e):
    """Whether a task of the schedule runs, or has been told to stop and has not yet ended."""
    family = e["taskDefinition"].split("/")[-1].split(":")[0]
    if ecs.list_tasks(cluster=e["cluster"], family=family, desiredStatus="RUNNING")["taskArns"]:
        return True
    arns = ecs.list_tasks(cluster=e["cluster"], family=family, desiredStatus="STOPPED")["taskArns"][:100]
    tasks = ecs.describe_tasks(cluster=e["cluster"], tasks=arns)["tasks"] if arns else []
    return any(t["lastStatus"] != "STOPPED" for t in tasks)


def stop_later(e, name, task):
    """Has the task stopped when its time is over. AWS deletes the schedule of it afterwards."""
    try:
        scheduler.create_schedule(
            Name="stop-" + name, GroupName=e["cluster"], FlexibleTimeWindow={"Mode": "OFF"},
            ScheduleExpression=time.strftime("at(%Y-%m-%dT%H:%M:%S)", time.gmtime(now() + e["timeoutSeconds"])),
            ActionAfterCompletion="DELETE", Target={
                "Arn": e["function"], "RoleArn": e["role"], "DeadLetterConfig": {"Arn": e["deadLetters"]},
                "Input": json.dumps({"action": "stop", "cluster": e["cluster"], "task": task})})
    except scheduler.exceptions.ConflictException:
        pass  # A call before this one has made it.


@action
def stop(e, more):
    """Stops a run that takes too long. What has ended stays as it is, also when AWS has forgotten it."""
    try:
        ecs.stop_task(cluster=e["cluster"], task=e["task"], reason="The run took longer than timeoutSeconds.")
    except ecs.exceptions.InvalidParameterException:
        pass
    return {"status": "STOPPED"}


def told(status, deployment, **fields):
    end = None if status == "RUNNING" else deployment.get("updatedAt")
    times = {"started": stamp(deployment.get("createdAt")), "finished": stamp(end)}
    return {"status": status} | {k: v for k, v in (times | fields).items() if v}


def ends(e, says):
    """A text, and how the last tasks of the version ended that did not have to."""
    arns = ecs.list_tasks(cluster=e["cluster"], serviceName=e["service"], desiredStatus="STOPPED")["taskArns"][:100]
    tasks = ecs.describe_tasks(cluster=e["cluster"], tasks=arns)["tasks"] if arns else []
    tasks = [t for t in tasks if t["taskDefinitionArn"] == e["taskDefinition"] and "stoppedAt" in t
             and t.get("stopCode") != "UserInitiated"
             and not t.get("stoppedReason", "").startswith("Scaling activity")]
    tasks.sort(key=lambda t: t["stoppedAt"], reverse=True)
    return short("; ".join([says] + list({end(t): None for t in tasks[:20]})[:3]), 600)


def end(t):
    """How a task ended, without what differs from task to task."""
    says = [f"{c['name']} ended with {c['exitCode']}" + (f" ({c['reason']})" if c.get("reason") else "")
            for c in t["containers"] if c.get("exitCode") and t.get("stopCode") != "ServiceSchedulerInitiated"]
    return ", ".join(says) or (t.get("stoppedReason") or "a task stopped").replace(t["taskArn"].split("/")[-1], "...")


def start(e, entry):
    """Starts the task. A call that ended in the middle of this left an entry that was asked for, without a task."""
    if "asked" in entry:
        task = found(e, e["id"], entry)
        if task:
            return note(e, e["id"], entry, task=task)
        if now() - entry["asked"] > TOKEN_SECONDS:
            return done(e, e["id"], entry, reason="a call ended before it noted the task, so it is not known "
                        "whether the command has run")
    until = entry.get("until", now() + e["timeoutSeconds"])
    if now() > until:
        return done(e, e["id"], entry, reason=entry.get("reason", "the task did not start in time"))
    write(e, e["series"], {"id": e["id"]})
    entry = note(e, e["id"], entry, attempt=entry.get("attempt", 1), asked=entry.get("asked", now()), until=until)
    try:
        answer = started(e, e["id"], entry, e["cluster"] + "-release", "FARGATE", overrides={
            "containerOverrides": [{"name": e["container"], "command": e["command"]}]})
    except ecs.exceptions.ServerException:
        raise
    except ecs.exceptions.ClientError:  # AWS refused it, so no task runs.
        note(e, e["id"], entry, asked=None, until=None)
        raise
    if answer["failures"]:
        return again(e, e["id"], entry, reason=short(answer["failures"][0].get("reason")))
    return note(e, e["id"], entry, task=answer["tasks"][0]["taskArn"], reason=None)


def started(e, name, entry, group, provider, **fields):
    """Asks ECS for one task, once for each token."""
    return ecs.run_task(
        cluster=e["cluster"], taskDefinition=e["taskDefinition"], count=1, clientToken=token(name, entry),
        startedBy=token(name, entry), group=group, platformVersion="LATEST",
        capacityProviderStrategy=[{"capacityProvider": provider, "weight": 1}],
        enableECSManagedTags=True, propagateTags="TASK_DEFINITION",
        networkConfiguration={"awsvpcConfiguration": {
            "subnets": e["subnets"], "securityGroups": e["securityGroups"], "assignPublicIp": "DISABLED"}}, **fields)


def ahead(e):
    """Whether an earlier release of the series still runs."""
    try:
        last = read(e, e["series"])["id"]
        entry = read(e, last)
    except ssm.exceptions.ParameterNotFound:
        return False
    if last == e["id"]:
        return False
    if "status" not in entry and "task" not in entry and "asked" in entry:
        if now() - entry["asked"] < 120:  # Its call may be about to note the task.
            return True
        task = found(e, last, entry)
        entry = note(e, last, entry, task=task) if task else done(e, last, entry, reason="the task never started")
    if "task" in entry and "status" not in entry:
        entry = watch(e, last, entry, retries=False)
    return "task" in entry and "status" not in entry


def watch(e, name, entry, retries=True):
    """Looks once whether the task has ended."""
    tasks = ecs.describe_tasks(cluster=e["cluster"], tasks=[entry["task"]])["tasks"]
    if not tasks:  # AWS tells of a new task after some seconds, and forgets an old one after an hour.
        young = now() - entry["asked"] < 120
        return entry if young else done(e, name, entry, reason="AWS no longer knows the task, so it is not known "
                                        "how the command ended")
    t = tasks[0]
    if t["lastStatus"] != "STOPPED":
        if now() > entry["until"]:
            if "late" not in entry:
                entry = note(e, name, entry, late=1)
            ecs.stop_task(cluster=e["cluster"], task=entry["task"], reason="The release took longer than it may.")
        return entry
    c = next((c for c in t["containers"] if c["name"] == e["container"]), {})
    code = c.get("exitCode")
    times = {"started": stamp(t.get("startedAt")), "finished": stamp(t.get("stoppedAt"))}
    if "late" in entry:
        return done(e, name, entry, code, "it took longer than timeoutSeconds", **times)
    dead = entry.get("dead", 0) + 1
    if code is None and t.get("stopCode") == "TaskFailedToStart" and retries and dead < ATTEMPTS:
        return again(e, name, entry, dead=dead)
    return done(e, name, entry, code, c.get("reason") or t.get("stoppedReason"), **times)


def again(e, name, entry, **fields):
    """Lets the next look start another task. A token stands for one answer of AWS."""
    return note(e, name, entry, task=None, asked=None, attempt=entry["attempt"] + 1, **fields)


def done(e, name, entry, code=None, reason=None, **times):
    status = "SUCCEEDED" if code == 0 and "late" not in entry else "FAILED"
    return note(e, name, entry, status=status, exitCode=code,
                reason=short(reason) if status == "FAILED" else None, **times)


def found(e, name, entry):
    """The task of a call that did not come to note it."""
    for state in "RUNNING", "STOPPED":
        tasks = ecs.list_tasks(cluster=e["cluster"], startedBy=token(name, entry), desiredStatus=state)["taskArns"]
        if tasks:
            return tasks[0]
    return None


def token(name, entry):
    return f"{name}-{entry['attempt']}"


def parameter(e, name):
    return f"/kasha/{e['cluster']}/runner/{name}"


def opened(e, name):
    """An entry of the ledger. The first call makes it."""
    try:
        ssm.put_parameter(Name=parameter(e, name), Value="{}", Type="String", Overwrite=False)
        return {}
    except ssm.exceptions.ParameterAlreadyExists:
        return read(e, name)


def read(e, name):
    return json.loads(ssm.get_parameter(Name=parameter(e, name))["Parameter"]["Value"])


def write(e, name, entry):
    ssm.put_parameter(Name=parameter(e, name), Value=json.dumps(entry), Type="String", Overwrite=True)
    return entry


def note(e, name, entry, **fields):
    """Changes the fields of an entry. None removes one."""
    return write(e, name, {k: v for k, v in (entry | fields).items() if v is not None})


def short(text, most=300):
    """A reason that fits into the claim's status. SSM takes no value with two braces."""
    return (text or "AWS gave no reason").replace("{{", "{ {").replace("}}", "} }")[:most]


def stamp(at):
    return at.strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


def now():
    return int(time.time())
