"""Tests of the runner, with an AWS of its own. No package is needed: boto3 is a fake, too."""

import datetime
import importlib
import json
import sys
import time
import types
import unittest
from unittest import mock

ID, SERIES = "backend-3f9c21ab", "backend"


class Refused(Exception):
    pass


class Broken(Refused):
    pass


class Exists(Exception):
    pass


class Missing(Exception):
    pass


class Unknown(Refused):
    pass


class Crash(BaseException):
    """What ends a call in the middle: nothing in the runner catches it."""


class SSM:
    exceptions = types.SimpleNamespace(ParameterAlreadyExists=Exists, ParameterNotFound=Missing)

    def __init__(self):
        self.values = {}

    def put_parameter(self, Name, Value, Type, Overwrite):
        assert Type == "String" and "{{" not in Value and len(Value) < 4096
        if Name in self.values and not Overwrite:
            raise Exists(Name)
        self.values[Name] = Value

    def get_parameter(self, Name):
        if Name not in self.values:
            raise Missing(Name)
        return {"Parameter": {"Value": self.values[Name]}}

    def entry(self, name):
        return json.loads(self.values[f"/kasha/shop-1a2b3c/runner/{name}"])


class ECS:
    exceptions = types.SimpleNamespace(
        ClientError=Refused, ServerException=Broken, InvalidParameterException=Unknown)

    def __init__(self):
        self.tasks, self.tokens, self.runs, self.stopped, self.services = {}, {}, [], [], []
        self.refuse, self.failures, self.crash = None, [], None

    def run_task(self, **call):
        if self.refuse:
            raise self.refuse
        if self.failures:
            return {"tasks": [], "failures": [{"reason": self.failures.pop(0)}]}
        if call["clientToken"] not in self.tokens:
            arn = f"arn:task/{len(self.runs)}"
            self.runs.append(call)
            self.tokens[call["clientToken"]] = arn
            self.tasks[arn] = {"taskArn": arn, "startedBy": call["startedBy"], "lastStatus": "RUNNING",
                               "family": call["taskDefinition"].split("/")[-1].split(":")[0],
                               "containers": [{"name": "sidecar", "exitCode": 0}, {"name": "backend"}]}
        if self.crash:
            crash, self.crash = self.crash, None
            raise crash
        return {"tasks": [self.tasks[self.tokens[call["clientToken"]]]], "failures": []}

    def describe_tasks(self, cluster, tasks):
        return {"tasks": [self.tasks[t] for t in tasks if t in self.tasks]}

    def list_tasks(self, cluster, desiredStatus, **of):
        (by, value), = of.items()
        field = {"startedBy": "startedBy", "serviceName": "service", "family": "family"}[by]
        return {"taskArns": [t["taskArn"] for t in self.tasks.values()
                             if t.get("desiredStatus", t["lastStatus"]) == desiredStatus and t.get(field) == value]}

    def stop_task(self, cluster, task, reason):
        if task not in self.tasks:
            raise Unknown("The referenced task was not found.")
        self.stopped.append((task, reason))

    def describe_services(self, cluster, services):
        return {"services": [s for s in self.services if s["serviceName"] in services]}

    def end(self, n, code=None, **fields):
        """Ends the task that was started as the n-th."""
        at = datetime.datetime(2026, 1, 2, 3, 4, 5)
        t = self.tasks[f"arn:task/{n}"]
        t.update(lastStatus="STOPPED", startedAt=at, stoppedAt=at, stoppedReason="Essential container in task exited")
        t.update(fields)
        if code is not None:
            t["containers"][1]["exitCode"] = code


class Vault:
    exceptions = types.SimpleNamespace(ResourceExistsException=Exists, ResourceNotFoundException=Missing)

    def __init__(self):
        self.versions, self.stages, self.crash = {}, {}, None

    def get_secret_value(self, SecretId, VersionId=None):
        version = VersionId or self.stages.get((SecretId, "AWSCURRENT"))
        if (SecretId, version) not in self.versions:
            raise Missing(version)
        return {"VersionId": version, "SecretString": self.versions[SecretId, version]}

    def put_secret_value(self, SecretId, ClientRequestToken, SecretString, VersionStages):
        assert 32 <= len(ClientRequestToken) <= 64 and VersionStages == ["AWSPENDING"]
        if self.versions.get((SecretId, ClientRequestToken), SecretString) != SecretString:
            raise Exists(ClientRequestToken)
        self.versions[SecretId, ClientRequestToken] = SecretString
        self.stages[SecretId, "AWSPENDING"] = ClientRequestToken
        self.end("put")

    def update_secret_version_stage(self, SecretId, VersionStage, MoveToVersionId, RemoveFromVersionId=None):
        assert (SecretId, MoveToVersionId) in self.versions and MoveToVersionId != RemoveFromVersionId
        assert self.stages.get((SecretId, VersionStage)) == RemoveFromVersionId
        self.stages[SecretId, VersionStage] = MoveToVersionId
        self.end("stage")

    def end(self, step):
        if self.crash == step:
            self.crash = None
            raise Crash()

    def current(self, secret="arn:user-1"):
        at = self.stages.get((secret, "AWSCURRENT"))
        return at and json.loads(self.versions[secret, at])


class Scheduler:
    exceptions = types.SimpleNamespace(ConflictException=Exists)

    def __init__(self):
        self.schedules, self.crash = {}, None

    def create_schedule(self, Name, **fields):
        assert len(Name) <= 64
        if self.crash:
            crash, self.crash = self.crash, None
            raise crash
        if Name in self.schedules:
            raise Exists(Name)
        self.schedules[Name] = fields


class Case(unittest.TestCase):
    def setUp(self):
        self.ecs, self.ssm, self.scheduler, self.clock, self.events = ECS(), SSM(), Scheduler(), 1_000_000, []
        self.vault = Vault()
        clients = {"ecs": self.ecs, "ssm": self.ssm, "scheduler": self.scheduler, "secretsmanager": self.vault}
        boto3 = types.SimpleNamespace(client=clients.get)
        with mock.patch.dict(sys.modules, boto3=boto3):
            sys.modules.pop("runner", None)
            self.runner = importlib.import_module("runner")
        self.runner.time = types.SimpleNamespace(
            time=lambda: self.clock, sleep=self.sleep, strftime=time.strftime, gmtime=time.gmtime)

    def crash_at_write(self, at):
        """Ends a call at its at-th write to the ledger."""
        put, count = self.ssm.put_parameter, [0]

        def crash(**call):
            count[0] += 1
            if count[0] == at:
                raise Crash()
            put(**call)

        self.ssm.put_parameter = crash

    def sleep(self, seconds):
        self.clock += seconds
        if self.events:
            self.events.pop(0)()

    def call(self, id=ID, seconds=300, **fields):
        """Calls the runner as the provider does. What is in events happens while it waits."""
        end = self.clock + seconds
        context = types.SimpleNamespace(get_remaining_time_in_millis=lambda: (end - self.clock) * 1000)
        event = {"action": "release", "id": id, "series": SERIES, "cluster": "shop-1a2b3c",
                 "taskDefinition": "arn:td:7", "container": "backend", "command": ["bin/migrate"],
                 "subnets": ["subnet-a"], "securityGroups": ["sg-backend"], "timeoutSeconds": 1800} | fields
        answer = self.runner.handler(event, context)
        return json.loads(json.dumps(answer))


class Users(Case):
    connection = {"engine": "mysql", "host": "db.example", "port": 3306, "username": "app_1", "dbname": "kasha",
                  "dbInstanceIdentifier": "shop-db-primary"}

    def make(self, code=0, id="users-1a2b3c4d", **fields):
        """Calls for users, whose task ends with the code."""
        if code is not None:
            self.events = [lambda: self.ecs.end(len(self.ecs.runs) - 1, code)]
        fields = {"action": "users", "series": "users", "container": "backend", "secret": "arn:user-1",
                  "generation": 1, "connection": self.connection} | fields
        end = self.clock + 300
        context = types.SimpleNamespace(get_remaining_time_in_millis=lambda: (end - self.clock) * 1000)
        event = {"id": id, "cluster": "shop-1a2b3c", "taskDefinition": "arn:td:7", "subnets": ["subnet-a"],
                 "securityGroups": ["sg-backend"], "timeoutSeconds": 900} | fields
        return self.runner.handler({k: v for k, v in event.items() if v is not None}, context)

    def test_the_password_is_current_only_when_mysql_has_it(self):
        before = []
        self.events = [lambda: before.append(self.vault.current()), lambda: self.ecs.end(0, 0)]
        self.assertEqual("SUCCEEDED", self.make(None)["status"])
        self.assertEqual([None], before)
        has = self.vault.current()
        self.assertRegex(has["password"], "^[A-Za-z0-9]{32}$")
        self.assertEqual(self.connection | {
            "password": has["password"], "url": f"mysql://app_1:{has['password']}@db.example:3306/kasha"}, has)
        self.assertNotIn("overrides", self.ecs.runs[0])
        self.assertNotIn(has["password"], json.dumps(self.ecs.runs) + json.dumps(self.ssm.values))

    def test_a_failure_keeps_what_was_current(self):
        self.make()
        before = self.vault.current()
        answer = self.make(1, id="users-2", generation=3)
        self.assertEqual(("FAILED", 1), (answer["status"], answer["exitCode"]))
        self.assertEqual(before, self.vault.current())
        self.assertEqual("FAILED", self.make(None, id="users-2", generation=3)["status"])
        self.assertEqual(2, len(self.ecs.runs))
        self.assertEqual("SUCCEEDED", self.make(id="users-3", generation=3)["status"])
        self.assertNotEqual(before["password"], self.vault.current()["password"])

    def test_a_crash_in_each_step(self):
        for step in "put", "task", "stage":
            self.setUp()
            self.vault.crash, self.ecs.crash = step, Crash() if step == "task" else None
            self.assertRaises(Crash, self.make)
            pending = dict(self.vault.versions)
            answer = self.make() if step != "stage" else self.make(None)
            self.assertEqual("SUCCEEDED", answer["status"], step)
            self.assertEqual(pending, self.vault.versions, "another password in " + step)
            self.assertEqual(1, len(self.ecs.runs), step)
            self.assertTrue(self.vault.current(), step)

    def test_a_crash_between_the_task_and_the_stage(self):
        stage = self.vault.update_secret_version_stage
        self.vault.update_secret_version_stage = mock.Mock(side_effect=Crash())
        self.assertRaises(Crash, self.make)
        self.assertIsNone(self.vault.current())
        self.vault.update_secret_version_stage = stage
        self.assertEqual("SUCCEEDED", self.make(None)["status"])
        self.assertTrue(self.vault.current())
        self.assertEqual(1, len(self.ecs.runs))

    def test_a_crash_at_every_write_of_the_ledger(self):
        for at in range(1, 6):
            self.setUp()
            self.crash_at_write(at)
            answer = None
            for _ in range(3):
                try:
                    answer = self.make()
                except Crash:
                    continue
            self.assertEqual("SUCCEEDED", answer["status"], at)
            self.assertEqual(1, len(self.ecs.runs), at)
            self.assertEqual(1, len(self.vault.versions), at)

    def test_the_same_generation_keeps_its_password(self):
        self.make()
        before = self.vault.current()
        self.make(id="users-2", connection=self.connection | {"host": "proxy.example"})
        after = self.vault.current()
        self.assertEqual(before["password"], after["password"])
        self.assertEqual("proxy.example", after["host"])
        self.make(id="users-3", generation=3)
        self.assertNotEqual(before["password"], self.vault.current()["password"])

    def test_what_has_run_runs_again_after_others(self):
        self.make()
        self.make(id="users-2")
        before = self.vault.current()
        self.assertEqual("SUCCEEDED", self.make()["status"])
        self.assertEqual("SUCCEEDED", self.make(None)["status"])
        self.assertEqual(3, len(self.ecs.runs))
        self.assertEqual(3, len({r["clientToken"] for r in self.ecs.runs}))
        self.assertEqual(before["password"], self.vault.current()["password"])

    def test_a_secret_that_was_made_again(self):
        self.make()
        self.vault.versions, self.vault.stages = {}, {}
        self.assertEqual("SUCCEEDED", self.make()["status"])
        self.assertTrue(self.vault.current())
        self.assertEqual(2, len(self.ecs.runs))

    def test_one_task_at_a_time(self):
        self.assertEqual("RUNNING", self.make(None)["status"])
        answer = self.make(None, id="users-2")
        self.assertEqual(("RUNNING", "an earlier task still makes users"), (answer["status"], answer["reason"]))
        self.assertEqual(1, len(self.vault.versions))

    def test_users_without_a_password(self):
        answer = self.make(secret=None, generation=None, connection=None)
        self.assertEqual("SUCCEEDED", answer["status"])
        self.assertEqual({}, self.vault.versions)


class Release(Case):
    def test_runs_the_command_with_the_new_version(self):
        self.events = [lambda: self.ecs.end(0, 0)]
        answer = self.call()
        self.assertEqual(("SUCCEEDED", 0, "arn:task/0"), (answer["status"], answer["exitCode"], answer["task"]))
        self.assertEqual(("2026-01-02T03:04:05Z",) * 2, (answer["started"], answer["finished"]))
        self.assertNotIn("reason", answer)
        run = self.ecs.runs[0]
        self.assertEqual("arn:td:7", run["taskDefinition"])
        self.assertEqual([{"name": "backend", "command": ["bin/migrate"]}], run["overrides"]["containerOverrides"])
        self.assertEqual({"subnets": ["subnet-a"], "securityGroups": ["sg-backend"], "assignPublicIp": "DISABLED"},
                         run["networkConfiguration"]["awsvpcConfiguration"])
        self.assertLessEqual(len(run["clientToken"]), 64)

    def test_answers_a_failure_and_does_not_raise(self):
        self.events = [lambda: self.ecs.end(0, 3)]
        answer = self.call()
        self.assertEqual(("FAILED", 3), (answer["status"], answer["exitCode"]))
        self.assertEqual("Essential container in task exited", answer["reason"])

    def test_says_why_a_container_was_killed(self):
        def kill():
            self.ecs.end(0, 137)
            self.ecs.tasks["arn:task/0"]["containers"][1]["reason"] = "OutOfMemoryError: {{killed}}" + "x" * 500
        self.events = [kill]
        answer = self.call()
        self.assertTrue(answer["reason"].startswith("OutOfMemoryError: { {killed} }"))
        self.assertEqual(300, len(answer["reason"]))

    def test_asks_the_ledger_first(self):
        self.events = [lambda: self.ecs.end(0, 0)]
        self.call()
        for code in 0, 1:
            self.ecs.tasks = {}
            self.assertEqual("SUCCEEDED", self.call(taskDefinition="arn:td:8", timeoutSeconds=60)["status"])
        self.assertEqual(1, len(self.ecs.runs))

    def test_a_failure_stays_one(self):
        self.events = [lambda: self.ecs.end(0, 1)]
        self.call()
        self.assertEqual("FAILED", self.call()["status"])
        self.assertEqual(1, len(self.ecs.runs))

    def test_long_releases_take_rounds(self):
        for n in range(3):
            answer = self.call(round=n + 1, timeoutSeconds=5000)
            self.assertEqual(("RUNNING", "arn:task/0"), (answer["status"], answer["task"]))
        self.ecs.end(0, 0)
        self.assertEqual("SUCCEEDED", self.call(round=4)["status"])
        self.assertEqual(1, len(self.ecs.runs))

    def test_a_call_ends_in_time(self):
        began = self.clock
        self.call(seconds=300)
        self.assertLessEqual(self.clock - began, 300 - 10)

    def test_a_crash_after_the_start_of_the_task(self):
        self.ecs.crash = Crash()
        self.assertRaises(Crash, self.call)
        self.events = [lambda: self.ecs.end(0, 0)]
        self.assertEqual("SUCCEEDED", self.call()["status"])
        self.assertEqual(1, len(self.ecs.runs))

    def test_a_crash_whose_task_ended_before_the_next_call(self):
        self.ecs.crash = Crash()
        self.assertRaises(Crash, self.call)
        self.ecs.end(0, 0)
        self.clock += 3000
        self.ecs.tokens = {}
        self.assertEqual("SUCCEEDED", self.call()["status"])
        self.assertEqual(1, len(self.ecs.runs))

    def test_a_crash_that_nobody_can_tell_about_any_more(self):
        self.ecs.crash = Crash()
        self.assertRaises(Crash, self.call)
        self.ecs.tasks, self.ecs.tokens = {}, {}
        self.clock += 3600
        answer = self.call()
        self.assertEqual("FAILED", answer["status"])
        self.assertIn("not known whether the command has run", answer["reason"])
        self.assertEqual(1, len(self.ecs.runs))

    def test_a_crash_at_every_write(self):
        for at in range(1, 8):
            self.setUp()
            self.crash_at_write(at)
            self.events = [lambda: self.ecs.end(0, 0)]
            for _ in range(3):
                try:
                    answer = self.call()
                except Crash:
                    continue
            self.assertEqual("SUCCEEDED", answer["status"], at)
            self.assertEqual(1, len(self.ecs.runs), at)

    def test_two_calls_at_once_start_one_task(self):
        second = []

        def meanwhile():
            events, self.events = self.events, []
            second.append(self.call(seconds=30))
            self.events = events
        self.events = [meanwhile, lambda: self.ecs.end(0, 0)]
        self.assertEqual("SUCCEEDED", self.call()["status"])
        self.assertEqual("RUNNING", second[0]["status"])
        self.assertEqual(1, len(self.ecs.runs))

    def test_a_task_that_never_starts_is_tried_three_times(self):
        def unstarted():
            n = len(self.ecs.runs) - 1
            self.ecs.end(n, stopCode="TaskFailedToStart", stoppedReason="CannotPullContainerError")
            self.events.append(unstarted)
        self.events = [unstarted]
        answer = self.call()
        self.assertEqual(("FAILED", "CannotPullContainerError"), (answer["status"], answer["reason"]))
        self.assertNotIn("exitCode", answer)
        self.assertEqual(3, len({r["clientToken"] for r in self.ecs.runs}))

    def test_no_capacity_is_waited_for(self):
        self.ecs.failures = ["Capacity is unavailable at this time"] * 3
        self.events = [lambda: None] * 4 + [lambda: self.ecs.end(0, 0)]
        answer = self.call()
        self.assertEqual("SUCCEEDED", answer["status"])
        self.assertEqual(1, len(self.ecs.runs))

    def test_no_capacity_in_time(self):
        self.ecs.failures = ["Capacity is unavailable at this time"] * 1000
        answer = {"status": "RUNNING"}
        while answer["status"] == "RUNNING":
            answer = self.call(timeoutSeconds=900)
        self.assertEqual(("FAILED", "Capacity is unavailable at this time"), (answer["status"], answer["reason"]))

    def test_what_aws_refuses_is_raised_and_tried_again(self):
        self.ecs.refuse = Refused("AccessDenied")
        self.assertRaises(Refused, self.call)
        self.clock += 100_000
        self.assertRaises(Refused, self.call)

    def test_a_permission_that_comes_late(self):
        self.ecs.refuse = Refused("AccessDenied")
        self.assertRaises(Refused, self.call)
        self.ecs.refuse, self.events = None, [lambda: self.ecs.end(0, 0)]
        self.clock += 1000
        self.assertEqual("SUCCEEDED", self.call()["status"])

    def test_an_error_that_may_have_started_a_task(self):
        self.ecs.crash = Broken("500")
        self.assertRaises(Broken, self.call)
        self.events = [lambda: self.ecs.end(0, 0)]
        self.assertEqual("SUCCEEDED", self.call()["status"])
        self.assertEqual(1, len(self.ecs.runs))

    def test_a_release_that_takes_too_long(self):
        for _ in range(2):
            self.assertEqual("RUNNING", self.call(timeoutSeconds=600)["status"])
        # It ends with 0 after it was told to stop, which is no success.
        self.events = [lambda: None] * 20 + [lambda: self.ecs.end(0, 0)]
        answer = self.call(timeoutSeconds=600)
        self.assertEqual(("FAILED", "it took longer than timeoutSeconds"), (answer["status"], answer["reason"]))
        self.assertIn(("arn:task/0", "The release took longer than it may."), self.ecs.stopped)

    def test_a_task_that_aws_forgot(self):
        self.call()
        self.ecs.tasks = {}
        answer = self.call()
        self.assertEqual("FAILED", answer["status"])
        self.assertIn("no longer knows", answer["reason"])

    def test_a_task_that_aws_does_not_know_yet(self):
        describe = self.ecs.describe_tasks
        self.ecs.describe_tasks = lambda **_: {"tasks": []}

        def known():
            self.ecs.describe_tasks = describe
            self.ecs.end(0, 0)
        self.events = [lambda: None, known]
        self.assertEqual("SUCCEEDED", self.call()["status"])


class Series(Case):
    NEXT = "backend-00000002"

    def test_a_newer_version_waits_for_the_task_of_the_older(self):
        self.call()
        answer = self.call(id=self.NEXT)
        self.assertEqual(("RUNNING", "an earlier release still runs"), (answer["status"], answer["reason"]))
        self.assertEqual(1, len(self.ecs.runs))
        self.ecs.end(0, 1)
        self.events = [lambda: self.ecs.end(1, 0)]
        self.assertEqual("SUCCEEDED", self.call(id=self.NEXT)["status"])
        self.assertEqual("FAILED", self.ssm.entry(ID)["status"])

    def test_an_older_release_ends_in_its_time(self):
        self.call(timeoutSeconds=100)
        self.events = [lambda: None, lambda: self.ecs.end(0, 137), lambda: self.ecs.end(1, 0)]
        self.assertEqual("SUCCEEDED", self.call(id=self.NEXT)["status"])
        self.assertEqual("it took longer than timeoutSeconds", self.ssm.entry(ID)["reason"])

    def test_an_older_call_that_crashed_is_found(self):
        self.ecs.crash = Crash()
        self.assertRaises(Crash, self.call)
        self.assertEqual("RUNNING", self.call(id=self.NEXT)["status"])
        self.assertEqual(1, len(self.ecs.runs))

    def test_an_older_release_that_never_started_is_over(self):
        self.ecs.refuse = Refused("AccessDenied")
        self.assertRaises(Refused, self.call)
        self.ecs.refuse, self.events = None, [lambda: self.ecs.end(0, 0)]
        self.assertEqual("SUCCEEDED", self.call(id=self.NEXT)["status"])

    def test_an_older_call_that_crashed_before_its_task(self):
        self.ecs.refuse = Broken("500")
        self.assertRaises(Broken, self.call)
        self.ecs.refuse = None
        # The call may be about to note its task.
        self.assertEqual("RUNNING", self.call(id=self.NEXT, seconds=60)["status"])
        self.assertEqual(0, len(self.ecs.runs))
        self.clock += 120
        self.events = [lambda: self.ecs.end(0, 0)]
        self.assertEqual("SUCCEEDED", self.call(id=self.NEXT)["status"])
        self.assertEqual("FAILED", self.call()["status"])
        self.assertEqual(1, len(self.ecs.runs))

    def test_another_series_does_not_wait(self):
        self.call()
        self.call(id="search-1", series="search")
        self.assertEqual(2, len(self.ecs.runs))


FAMILY = "shop-1a2b3c-schedule-nightly-report-of-all-things"


class Run(Case):
    def run_(self, at="2026-01-02T03:00:00Z", **fields):
        return self.call(**({
            "id": at, "action": "run", "series": "schedule-nightly-report-of-all-x",
            "group": "shop-1a2b3c-schedule-nightly",
            "taskDefinition": f"arn:aws:ecs:eu-west-1:111122223333:task-definition/{FAMILY}:7", "overlap": "Forbid",
            "capacityProvider": "FARGATE_SPOT", "attempts": 3, "timeoutSeconds": 3600, "function": "arn:function",
            "role": "arn:role", "deadLetters": "arn:dlq", "shell": True} | fields))

    def test_starts_a_task_and_has_it_stopped_in_time(self):
        self.assertEqual({"status": "STARTED", "task": "arn:task/0"}, self.run_())
        run = self.ecs.runs[0]
        self.assertEqual(("shop-1a2b3c-schedule-nightly", "FARGATE_SPOT"),
                         (run["group"], run["capacityProviderStrategy"][0]["capacityProvider"]))
        self.assertNotIn("overrides", run)
        self.assertTrue(run["enableExecuteCommand"])
        self.assertLessEqual(len(run["clientToken"]), 64)
        (name, stop), = self.scheduler.schedules.items()
        self.assertTrue(name.startswith("stop-schedule-nightly"))
        self.assertEqual(("at(1970-01-12T14:46:40)", "DELETE", "shop-1a2b3c"),
                         (stop["ScheduleExpression"], stop["ActionAfterCompletion"], stop["GroupName"]))
        self.call(**json.loads(stop["Target"]["Input"]))
        self.assertEqual([("arn:task/0", "The run took longer than timeoutSeconds.")], self.ecs.stopped)

    def test_without_a_timeout_nothing_is_stopped(self):
        self.run_(timeoutSeconds=0)
        self.assertEqual({}, self.scheduler.schedules)

    def test_does_not_overlap(self):
        self.run_()
        self.assertEqual("SKIPPED", self.run_("2026-01-02T04:00:00Z")["status"])
        self.ecs.tasks["arn:task/0"]["desiredStatus"] = "STOPPED"
        self.assertEqual("SKIPPED", self.run_("2026-01-02T05:00:00Z")["status"], "it still stops")
        self.ecs.end(0, 1)
        self.assertEqual("STARTED", self.run_("2026-01-02T06:00:00Z")["status"])
        self.assertEqual(2, len(self.ecs.runs))

    def test_overlaps_where_it_may(self):
        self.run_(overlap="Allow")
        self.assertEqual("STARTED", self.run_("2026-01-02T04:00:00Z", overlap="Allow")["status"])
        self.assertEqual(2, len(self.ecs.runs))

    def test_an_event_that_comes_twice_starts_one_task(self):
        for overlap in "Forbid", "Allow":
            self.assertEqual("STARTED", self.run_(overlap=overlap)["status"])
        self.assertEqual((1, 1), (len(self.ecs.runs), len(self.scheduler.schedules)))

    def test_a_crash_between_the_task_and_its_end(self):
        self.scheduler.crash = Crash()
        self.assertRaises(Crash, self.run_)
        self.assertEqual("arn:task/0", self.run_()["task"])
        self.assertEqual((1, 1), (len(self.ecs.runs), len(self.scheduler.schedules)))

    def test_a_crash_before_the_task_is_noted(self):
        self.ecs.crash = Crash()
        self.assertRaises(Crash, self.run_)
        self.assertEqual("arn:task/0", self.run_()["task"])
        self.assertEqual(1, len(self.ecs.runs))

    def test_tries_as_often_as_it_may(self):
        self.ecs.failures = ["no capacity"] * 5
        for left in 4, 3, 3:
            with self.assertRaisesRegex(Exception, "no capacity"):
                self.run_(attempts=2)
            self.assertEqual(left, len(self.ecs.failures))

    def test_tries_again_after_a_refusal(self):
        self.ecs.refuse = Refused("denied")
        self.assertRaises(Refused, self.run_)
        self.ecs.refuse = None
        self.assertEqual("STARTED", self.run_()["status"])

    def test_stops_nothing_that_is_gone(self):
        self.assertEqual("STOPPED", self.call(action="stop", task="arn:task/9")["status"])


OLD, NEW = "arn:td:6", "arn:td:7"


class Rollout(Case):
    def deployment(self, td, status="PRIMARY", state="IN_PROGRESS", **fields):
        return {"taskDefinition": td, "status": status, "rolloutState": state, "runningCount": 1, "desiredCount": 2,
                "createdAt": datetime.datetime(2026, 1, 2), "updatedAt": datetime.datetime(2026, 1, 3)} | fields

    def serves(self, *deployments):
        self.ecs.services = [{"serviceName": "backend", "deployments": list(deployments)}]

    def ask(self, seconds=300):
        return self.call(seconds=seconds, action="rollout", service="backend", taskDefinition=NEW)

    def stopped(self, n, code=None, td=NEW, **fields):
        arn = f"arn:task/shop/{n}"
        self.ecs.tasks[arn] = {
            "taskArn": arn, "service": "backend", "lastStatus": "STOPPED", "taskDefinitionArn": td,
            "stopCode": "EssentialContainerExited", "stoppedAt": datetime.datetime(2026, 1, 2, 0, 0, n),
            "stoppedReason": f"Task {n} failed", "containers": [{"name": "backend", "exitCode": code}]} | fields

    def test_completed(self):
        self.serves(self.deployment(NEW), self.deployment(OLD, "ACTIVE"))
        self.events = [lambda: self.serves(self.deployment(NEW, state="COMPLETED"))]
        self.assertEqual({"status": "SUCCEEDED", "runs": NEW, "started": "2026-01-02T00:00:00Z",
                          "finished": "2026-01-03T00:00:00Z"}, self.ask())

    def test_a_version_that_is_deployed_again(self):
        self.serves(self.deployment(NEW, "ACTIVE", "FAILED"), self.deployment(NEW, state="COMPLETED"))
        self.assertEqual("SUCCEEDED", self.ask()["status"])

    def test_takes_rounds(self):
        self.serves(self.deployment(NEW), self.deployment(OLD, "ACTIVE"))
        self.stopped(1, 3)
        began = self.clock
        answer = self.ask()
        self.assertEqual({"status": "RUNNING", "reason": "1 of 2 tasks run; backend ended with 3",
                          "started": "2026-01-02T00:00:00Z"}, answer)
        self.assertLessEqual(self.clock - began, 290)

    def test_overtaken_by_another_is_not_failed(self):
        self.serves(self.deployment("arn:td:8"), self.deployment(NEW, "ACTIVE"))
        self.assertEqual("RUNNING", self.ask()["status"])
        # Back again, before the old one is gone.
        self.events = [lambda: self.serves(self.deployment(NEW, state="COMPLETED"), self.deployment(NEW, "ACTIVE"))]
        self.assertEqual("SUCCEEDED", self.ask()["status"])

    def test_completed_once_is_not_enough(self):
        self.serves(self.deployment("arn:td:8"), self.deployment(NEW, "ACTIVE", "COMPLETED"))
        self.assertEqual("RUNNING", self.ask()["status"])

    def test_rolled_back(self):
        self.serves(self.deployment(NEW, state="FAILED"), self.deployment(OLD, "ACTIVE"))
        self.stopped(1, 3)
        self.stopped(2, 3)
        self.stopped(3, 137, containers=[{"name": "backend", "exitCode": 137, "reason": "OutOfMemoryError"}])
        self.stopped(4, 9, td=OLD)
        self.stopped(5, 143, stopCode="UserInitiated")
        self.stopped(6, 143, stopCode="ServiceSchedulerInitiated", stoppedReason="Scaling activity initiated by (x)")
        self.stopped(0, 143, stopCode="ServiceSchedulerInitiated", stoppedReason="Task failed ELB health checks")
        failed = self.deployment(NEW, "ACTIVE", "FAILED", rolloutStateReason="circuit breaker: tasks failed to start.")
        self.events = [lambda: self.serves(self.deployment(OLD), failed)]
        answer = self.ask()
        self.assertEqual(("FAILED", OLD), (answer["status"], answer["runs"]))
        self.assertEqual("circuit breaker: tasks failed to start.; backend ended with 137 (OutOfMemoryError); "
                         "backend ended with 3; Task failed ELB health checks", answer["reason"])

    def test_rolled_back_and_forgotten(self):
        self.serves(self.deployment(OLD, state="COMPLETED"))
        answer = self.ask()
        self.assertEqual(("FAILED", OLD, "ECS runs another version"),
                         (answer["status"], answer["runs"], answer["reason"]))

    def test_a_first_deployment_that_failed(self):
        self.serves(self.deployment(NEW, state="FAILED", rolloutStateReason="failed"))
        for n in 1, 2:
            self.stopped(n, containers=[{"name": "backend"}],
                         stoppedReason=f"CannotPull: not found (arn:task/shop/{n})")
        answer = self.ask()
        self.assertEqual(("FAILED", NEW), (answer["status"], answer["runs"]))
        self.assertEqual("failed; CannotPull: not found (arn:task/shop/...)", answer["reason"])

    def test_what_ecs_says_at_first_may_be_of_before(self):
        self.serves(self.deployment(OLD, state="COMPLETED"))
        self.events = [lambda: None] * 2 + [lambda: self.serves(self.deployment(NEW))]
        self.assertEqual("RUNNING", self.ask()["status"])

    def test_a_long_reason_is_cut(self):
        self.serves(self.deployment(NEW, state="FAILED", rolloutStateReason="x" * 5000))
        self.assertEqual(600, len(self.ask()["reason"]))

    def test_a_service_that_is_not_there_is_raised(self):
        self.assertRaises(IndexError, self.ask)


if __name__ == "__main__":
    unittest.main()
