"""Application Auto Scaling of ECS services, as far as the backlog of a queue decides it.

moto keeps policies and alarms, and never acts on them. A POST to /e2e/scale does what AWS does once a minute:
it reads the metrics that the policies and alarms name, and sets how many tasks each service is to have.
"""

import math
import os

import boto3


def scale(region):
    """Scales the ECS services of a region once, and returns the number of tasks of each that changed."""
    def client(service):
        return boto3.client(
            service, region_name=region, endpoint_url=f"http://127.0.0.1:{os.environ['MOTO_PORT']}",
            aws_access_key_id="autoscaling", aws_secret_access_key="autoscaling")

    ecs, scaling, world = client("ecs"), client("application-autoscaling"), World(client)
    policies = pages(scaling, "describe_scaling_policies", "ScalingPolicies")
    changed = {}
    for target in pages(scaling, "describe_scalable_targets", "ScalableTargets"):
        _, cluster, name = target["ResourceId"].split("/")
        has = world.tasks(cluster, name)
        wants = [wanted(p, has, world) for p in policies if p["ResourceId"] == target["ResourceId"]]
        wants = [n for n in wants if n is not None]
        if not wants:
            continue
        count = min(max(max(wants), target["MinCapacity"]), target["MaxCapacity"])
        if count != has:
            ecs.update_service(cluster=cluster, service=name, desiredCount=count)
            changed[target["ResourceId"]] = count
    return changed


def wanted(policy, has, world):
    """How many tasks a policy wants. None if it has no opinion."""
    if policy["PolicyType"] == "StepScaling":
        config = policy["StepScalingPolicyConfiguration"]
        assert config["AdjustmentType"] == "ExactCapacity" and len(config["StepAdjustments"]) == 1, config
        rings = any(world.rings(a) for a in world.alarms if policy["PolicyARN"] in a["AlarmActions"])
        return config["StepAdjustments"][0]["ScalingAdjustment"] if rings else None
    config = policy["TargetTrackingScalingPolicyConfiguration"]
    if "CustomizedMetricSpecification" not in config:
        return None  # It looks at CPU or memory, and nothing runs here.
    value = world.value(config["CustomizedMetricSpecification"]["Metrics"])
    return math.ceil(has * value / config["TargetValue"])


class World:
    """The metrics that queues and services have now."""

    def __init__(self, client):
        self.sqs, self.ecs = client("sqs"), client("ecs")
        self.alarms = pages(client("cloudwatch"), "describe_alarms", "MetricAlarms")

    def tasks(self, cluster, name):
        return self.ecs.describe_services(cluster=cluster, services=[name])["services"][0]["runningCount"]

    def rings(self, alarm):
        assert alarm["ComparisonOperator"] == "GreaterThanThreshold", alarm
        return self.value(alarm["Metrics"]) > alarm["Threshold"]

    def value(self, queries):
        """The value of the query that returns data."""
        values = {q["Id"]: self.metric(q["MetricStat"]["Metric"]) for q in queries if "MetricStat" in q}
        formula = next(q["Expression"] for q in queries if q.get("ReturnData", True) and "Expression" in q)
        functions = {
            "FILL": lambda value, instead: instead if value is None else value,
            "IF": lambda condition, yes, no: yes if condition else no,
        }
        return eval(formula.replace(" AND ", " and "), {"__builtins__": {}}, functions | values)

    def metric(self, of):
        dimensions = {d["Name"]: d["Value"] for d in of["Dimensions"]}
        if of["Namespace"] == "AWS/SQS":
            attribute = of["MetricName"].removesuffix("Visible").removesuffix("Not")
            attribute += "NotVisible" if of["MetricName"].endswith("NotVisible") else ""
            url = self.sqs.get_queue_url(QueueName=dimensions["QueueName"])["QueueUrl"]
            found = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[attribute])["Attributes"]
            return int(found[attribute])
        assert (of["Namespace"], of["MetricName"]) == ("ECS/ContainerInsights", "RunningTaskCount"), of
        # Container Insights reports nothing for a service without tasks.
        return self.tasks(dimensions["ClusterName"], dimensions["ServiceName"]) or None


def pages(client, action, field):
    """All elements that an action lists."""
    arguments = {} if action == "describe_alarms" else {"ServiceNamespace": "ecs"}
    return [e for page in client.get_paginator(action).paginate(**arguments) for e in page[field]]
