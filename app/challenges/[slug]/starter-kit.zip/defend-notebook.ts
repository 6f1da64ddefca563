import { open } from "./attack-notebook.ts";
import { notebook } from "./notebook.ts";
import type { KitSubject } from "./subject.ts";

/** defend.ipynb: a small model trained, exported, checked and submitted. */
export function defendNotebook(subject: KitSubject): string {
  const { title, config } = subject;
  return notebook([
    {
      markdown: `# Defend: ${title}\n\nA softmax regression in NumPy, so that it runs anywhere. It keeps next to nothing under attack: put yours in its place.`,
    },
    { code: open(subject) },
    {
      markdown:
        "Train on a training set of your own. The points serve here only to have something: they are public, the site measures your model on hidden inputs as well, and a model that knows the points by heart is flagged.",
    },
    {
      code: `
x, y = challenge.points()
classes = len(challenge.classes)
flat = x.reshape(len(x), -1).astype(np.float64)
weights, bias = np.zeros((flat.shape[1], classes)), np.zeros(classes)
target = np.eye(classes)[y]
for _ in range(300):
    s = flat @ weights + bias
    p = np.exp(s - s.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    error = (p - target) / len(x)
    weights -= 0.5 * flat.T @ error
    bias -= 0.5 * error.sum(0)
print("right on", ((flat @ weights + bias).argmax(1) == y).mean(), "of the points; at least ${config.minimumCleanAccuracy} is asked for")`,
    },
    {
      markdown:
        'One ONNX file, an open batch axis, scores [N, classes]. From PyTorch: `to_onnx(net, torch.zeros(2, *challenge.shape), "model.onnx")` of this package.',
    },
    {
      code: `
import onnx
from onnx import TensorProto, helper, numpy_helper

shape = list(challenge.shape)
graph = helper.make_graph(
    [helper.make_node("Flatten", ["x"], ["flat"]), helper.make_node("Gemm", ["flat", "w", "b"], ["scores"])],
    "softmax-regression",
    [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", *shape])],
    [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["N", classes])],
    [numpy_helper.from_array(weights.astype(np.float32), "w"), numpy_helper.from_array(bias.astype(np.float32), "b")],
)
model = helper.make_model(graph, ir_version=10, opset_imports=[helper.make_opsetid("", 17)])
onnx.save(model, "model.onnx")`,
    },
    { markdown: "The site's static gate, here (it needs Node): operators, shapes, size, cost. Nothing is sent." },
    {
      code: `
check = challenge.check_defense("model.onnx").require()
print(check.facts["nodes"], "nodes,", check.facts["parameters"], "parameters")`,
    },
    {
      markdown: "The claim is what you say it keeps under attack; the site's own attacks begin the minute it comes in.",
    },
    {
      code: `
if os.environ.get("GAUNTLET_TOKEN"):
    submission = challenge.submit_defense("model.onnx", name="Softmax regression", claim=0.0).wait(progress=True)
    print(submission.result)`,
    },
  ]);
}
