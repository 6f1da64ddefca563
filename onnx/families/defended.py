"""Front ends and heads that defenses put around a classifier, and the less usual layers, around one small network."""

import math

import torch
from convolutional import CLASSES
from torch import nn
from torch.nn import functional as F


class Small(nn.Module):
    """Two strided convolutions and a linear head, for images of `side` x `side`; `features` stops before the head."""

    def __init__(self, channels=3, side=8):
        super().__init__()
        layers = [nn.Conv2d(channels, 8, 3, 2, 1), nn.ReLU(), nn.Conv2d(8, 12, 3, 2, 1), nn.ReLU()]
        self.features = nn.Sequential(*layers, nn.Flatten())
        self.head = nn.Linear(12 * (side // 4) ** 2, CLASSES)

    def forward(self, x):
        return self.head(self.features(x))


class Fronted(nn.Module):
    """Something before the small network."""

    def __init__(self, front, channels=3, side=8):
        super().__init__()
        self.front, self.net = front, Small(channels, side)

    def forward(self, x):
        return self.net(self.front(x))


class Step(nn.Module):
    """A step function with derivative zero. `straight` lets the gradient through instead (export.py's reference)."""

    straight = False

    def through(self, stepped, x):
        return x + (stepped - x).detach() if self.straight else stepped


class BitDepth(Step):
    def forward(self, x):
        return self.through(torch.round(x * 7), x * 7) / 7


class BitDepthInteger(Step):
    """The integer form: 0..255, sixteen values to a bin."""

    def forward(self, x):
        scaled = x * 255 / 16
        return self.through(torch.floor(scaled).to(torch.int32).to(x.dtype), scaled) * 16 / 255


class Quantised(Step):
    """Quantise and dequantise to 8 bits with a range narrower than the pixels'; torch itself goes straight inside it."""

    def forward(self, x):
        quantised = torch.fake_quantize_per_tensor_affine(x, 1 / 300, 0, 0, 255)
        return quantised if self.straight else quantised.detach()


class Jpeg(Step):
    """Colours turned to YCbCr, a DCT of 8 x 8 blocks rounded by one quantisation table, and back."""

    def __init__(self):
        super().__init__()
        k, i = torch.arange(8.0).view(8, 1), torch.arange(8.0)
        dct = torch.cos(math.pi * (2 * i + 1) * k / 16) * 0.5
        dct[0] /= math.sqrt(2)
        colours = torch.tensor([[0.299, 0.587, 0.114], [-0.1687, -0.3313, 0.5], [0.5, -0.4187, -0.0813]])
        self.register_buffer("dct", dct)
        self.register_buffer("table", 10 + 4 * (k + i))
        self.register_buffer("colours", colours)
        self.register_buffer("back", torch.linalg.inv(colours))

    def forward(self, x):
        n, c, h, w = x.shape
        y = torch.einsum("kc,nchw->nkhw", self.colours, 255 * x) - 128
        y = y.reshape(n, c, h // 8, 8, w // 8, 8).permute(0, 1, 2, 4, 3, 5)
        coefficients = self.dct @ y @ self.dct.T / self.table
        coefficients = self.through(torch.round(coefficients), coefficients) * self.table
        y = (self.dct.T @ coefficients @ self.dct).permute(0, 1, 2, 4, 3, 5).reshape(n, c, h, w) + 128
        return torch.einsum("kc,nchw->nkhw", self.back, y).div(255).clamp(0, 1)


class Median(nn.Module):
    """The median of 3 x 3, by unfold and sort."""

    def forward(self, x):
        n, c, h, w = x.shape
        windows = F.unfold(F.pad(x, (1, 1, 1, 1), mode="reflect"), 3).view(n, c, 9, h, w)
        return windows.sort(dim=2).values[:, :, 4]


class MedianStacked(nn.Module):
    """The median of 3 x 3, by shifted copies and topk."""

    def forward(self, x):
        h, w = x.shape[2:]
        padded = F.pad(x, (1, 1, 1, 1), mode="replicate")
        windows = torch.stack([padded[:, :, i : i + h, j : j + w] for i in range(3) for j in range(3)], -1)
        return windows.topk(5, dim=-1).values[..., 4]


class Thermometer(nn.Module):
    """One channel per threshold, by comparison."""

    def __init__(self):
        super().__init__()
        self.register_buffer("thresholds", (torch.arange(5) / 5 + 0.1).view(1, 1, 5, 1, 1))

    def forward(self, x):
        return (x.unsqueeze(2) > self.thresholds).to(x.dtype).flatten(1, 2)


class ThermometerOneHot(nn.Module):
    """One channel per threshold, by the bin's number."""

    def forward(self, x):
        bins = F.one_hot((x * 4.999).long(), 5).to(x.dtype)
        return torch.cumsum(bins, -1).permute(0, 1, 4, 2, 3).flatten(1, 2)


class Codebook(Step):
    """Each pixel becomes the nearest of 16 colours."""

    def __init__(self):
        super().__init__()
        self.colours = nn.Parameter(torch.rand(16, 3))

    def forward(self, x):
        pixels = x.permute(0, 2, 3, 1)
        nearest = ((pixels.unsqueeze(-2) - self.colours) ** 2).sum(-1).argmin(-1)
        return self.through(self.colours[nearest], pixels).permute(0, 3, 1, 2)


class TotalVariation(nn.Module):
    """Two steps of descent on the total variation, unrolled."""

    def forward(self, x):
        y = x
        for _ in range(2):
            down = F.pad(torch.sign(y[:, :, 1:] - y[:, :, :-1]), (0, 0, 0, 1))
            right = F.pad(torch.sign(y[:, :, :, 1:] - y[:, :, :, :-1]), (0, 1))
            y = y - 0.1 * (y - x) + 0.05 * (down + right)
        return y


class Resized(nn.Module):
    """Smaller and larger again, by every mode that interpolates."""

    def forward(self, x):
        y = F.interpolate(x, size=(6, 6), mode="bilinear", align_corners=False)
        y = F.interpolate(y, scale_factor=2, mode="nearest")
        y = F.interpolate(y, size=(7, 9), mode="bilinear", align_corners=True)
        return F.interpolate(y, size=(8, 8), mode="bicubic", align_corners=False)


class Warped(nn.Module):
    """A spatial transformer: the image chooses the affine map by which it is sampled."""

    def __init__(self):
        super().__init__()
        self.choose = nn.Linear(192, 6)

    def forward(self, x):
        theta = torch.eye(2, 3, dtype=x.dtype) + 0.1 * torch.tanh(self.choose(x.flatten(1))).view(-1, 2, 3)
        grid = F.affine_grid(theta, [x.shape[0], 3, 8, 8], align_corners=False)
        return F.grid_sample(x, grid, align_corners=False)


class Shuffled(nn.Module):
    """Pixels to channels, a convolution, channels to pixels: half of a super-resolution defense (Mustafa et al., 2019)."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(12, 12, 3, padding=1)

    def forward(self, x):
        return x + F.pixel_shuffle(torch.tanh(self.conv(F.pixel_unshuffle(x, 2))), 2)


# --- randomness ------------------------------------------------------------------------------------------------------


class Random(nn.Module):
    """`given` takes the place of the drawn noise, so that a gradient can be computed for a known draw."""

    given = None

    def normal(self, like):
        return torch.randn_like(like) if self.given is None else self.given

    def uniform(self, like):
        return torch.rand_like(like) if self.given is None else self.given


class Noise(Random):
    def forward(self, x):
        return x + 0.1 * self.normal(x)


class Mask(Random):
    def forward(self, x):
        return x * (self.uniform(x) > 0.2).to(x.dtype)


class Dropout(Random):
    """Dropout that stays on. As ONNX has it: kept where the noise is not below the ratio."""

    def forward(self, x):
        if self.given is None:
            return F.dropout(x, 0.25, training=True)
        return x * (self.given >= 0.25).to(x.dtype) / 0.75


class Bernoulli(Random):
    """Keeps a pixel with the probability that its own brightness sets. As ONNX has it: 1 where the noise is below."""

    def forward(self, x):
        p = 0.5 + 0.5 * x
        kept = torch.bernoulli(p) if self.given is None else (self.given < p).to(x.dtype)
        return x * kept.detach()


class ResizePad(Random):
    """A size chosen from two and a place for it, both at random (Xie et al., 2018), one draw for the whole batch."""

    def forward(self, x):
        draws = torch.rand(3) if self.given is None else self.given
        small, large = (F.interpolate(x, size=(size, size), mode="nearest") for size in (6, 8))
        padded = torch.where(draws[0] < 0.5, F.pad(small, (2, 2, 2, 2)), F.pad(large, (1, 1, 1, 1)))
        offsets = (draws[1:] * 3).long()
        rows, columns = offsets[0] + torch.arange(8), offsets[1] + torch.arange(8)
        return padded.index_select(2, rows).index_select(3, columns)


class Smoothed(nn.Module):
    """The mean answer to several noisy copies: several random operators in one model."""

    def __init__(self):
        super().__init__()
        self.copies, self.net = nn.ModuleList([Noise(), Mask(), Noise()]), Small()

    def forward(self, x):
        return torch.stack([F.softmax(self.net(copy(x)), 1) for copy in self.copies]).mean(0)


# --- inside and behind the network -----------------------------------------------------------------------------------


class Ensemble(nn.Module):
    """Three networks: the log of their mean probability, or one vote each."""

    def __init__(self, hard):
        super().__init__()
        self.nets, self.hard = nn.ModuleList([Small(), Small(), Small()]), hard

    def forward(self, x):
        logits = [net(x) for net in self.nets]
        if self.hard:
            return sum(F.one_hot(z.argmax(1), CLASSES).to(x.dtype) for z in logits)
        return torch.stack([F.softmax(z, -1) for z in logits]).mean(0).log()


class Neighbours(nn.Module):
    """The 5 nearest of 40 known examples in the network's features, weighted by distance, or one vote each."""

    def __init__(self, hard):
        super().__init__()
        self.net, self.hard = Small(), hard
        with torch.no_grad():
            self.register_buffer("known", self.net.features(torch.rand(40, 3, 8, 8)))
        self.register_buffer("answers", F.one_hot(torch.arange(40) % CLASSES, CLASSES).float())

    def forward(self, x):
        distances = torch.cdist(self.net.features(x), self.known)
        nearest, index = torch.topk(-distances, 5, dim=1)
        votes = self.answers[index]
        return votes.sum(1) if self.hard else (votes * torch.softmax(10 * nearest, 1).unsqueeze(-1)).sum(1)


class WinnersTakeAll(nn.Module):
    """k-WTA (Xiao et al., 2020): only a tenth of the activations of a layer survive."""

    def __init__(self):
        super().__init__()
        self.conv, self.conv2 = nn.Conv2d(3, 8, 3, padding=1), nn.Conv2d(8, 8, 3, 2, 1)
        self.head = nn.Linear(128, CLASSES)

    def winners(self, x):
        flat = x.flatten(1)
        threshold = flat.topk(flat.shape[1] // 10, dim=1).values[:, -1:]
        return torch.where(flat >= threshold, flat, torch.zeros_like(flat)).view(x.shape)

    def forward(self, x):
        return self.head(self.winners(self.conv2(self.winners(self.conv(x)))).flatten(1))


class Activations(nn.Module):
    """One activation function after each other, each with a share of its input added so that none starves the next."""

    def __init__(self):
        super().__init__()
        self.conv, self.prelu, self.head = nn.Conv2d(3, 6, 3), nn.PReLU(6), nn.Linear(24, CLASSES)
        self.layers = nn.ModuleList([self.prelu, nn.ELU(0.7), nn.SELU(), nn.CELU(1.3), nn.Softplus(2), nn.Mish()])
        self.layers += [nn.Hardswish(), nn.Hardsigmoid(), nn.GELU(), nn.GELU("tanh"), nn.SiLU(), nn.LogSigmoid()]
        self.layers += [nn.Tanh(), nn.Softsign(), nn.ReLU6(), nn.Hardtanh(-0.5, 1), nn.LeakyReLU()]

    def forward(self, x):
        x = 2 * self.conv(x)
        for layer in self.layers:
            x = layer(x) + 0.5 * x - 0.1
        return self.head(F.max_pool2d(x, 3).flatten(1))


class Arithmetic(nn.Module):
    """Functions of one number, and reductions."""

    def __init__(self):
        super().__init__()
        self.conv, self.head = nn.Conv2d(3, 6, 3), nn.Linear(60, CLASSES)

    def forward(self, x):
        x = self.conv(x)
        y = x.abs().sqrt() + torch.exp(x) + torch.log1p(x * x) + x.pow(3) + torch.rsqrt(x * x + 1) + torch.sin(x)
        y = y + torch.cos(x) + torch.reciprocal(2 + x.abs()) + torch.erf(x) - torch.atan(x)
        y = y + torch.maximum(x, 0.1 - x) + torch.minimum(x, 0.3 * x) + x.pow(2.0) + torch.log(1 + x.abs())
        rows = [y.amax((2, 3)), y.amin((2, 3)), y.mean((2, 3)), y.norm(dim=(2, 3)), y.std((2, 3)), y.sum((2, 3)) / 36]
        rows += [y.abs().sum((2, 3)) / 36, torch.logsumexp(y, (2, 3)), (y[:, :, 0] / 2).prod(2), y.var((2, 3))]
        return self.head(torch.cat(rows, 1))


class Pools(nn.Module):
    """Pooling with every option: windows that overlap, leave the image, have gaps, or count what is outside."""

    def __init__(self):
        super().__init__()
        self.net = Small(12)

    def forward(self, x):
        pools = [
            F.max_pool2d(x, 3, 2, 1, ceil_mode=True),
            F.avg_pool2d(x, (2, 3), 2, (1, 0), count_include_pad=False),
            F.max_pool2d(x, 3, 1, 1, dilation=2),
            F.avg_pool2d(x, 3, 2, 1) * F.max_pool2d(x, 2),
        ]
        pools = [F.interpolate(pool[:, :, :3, :3], size=(8, 8), mode="nearest") for pool in pools]
        return self.net(torch.cat(pools, 1))


class ResponseNorm(nn.Module):
    """AlexNet's normalisation by the squares of neighbouring channels."""

    def __init__(self):
        super().__init__()
        self.conv, self.net = nn.Conv2d(3, 6, 3, padding=1), Small(6)

    def forward(self, x):
        return self.net(F.local_response_norm(torch.relu(self.conv(x)), 3, alpha=0.5))


class Headed(nn.Module):
    """The small network with probabilities, or their logarithms, for an answer; `trunk` answers logits."""

    def __init__(self, head):
        super().__init__()
        self.trunk, self.last = Small(), head

    def forward(self, x):
        return self.last(self.trunk(x))


class ChannelsLast(nn.Module):
    """Takes [N, 8, 8, 3]."""

    def __init__(self):
        super().__init__()
        self.net = Small()

    def forward(self, x):
        return self.net(x.permute(0, 3, 1, 2))


class Flat(nn.Module):
    """A multilayer perceptron that takes [N, 192]."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(192, 24), nn.Sigmoid(), nn.Linear(24, 24), nn.ReLU())
        self.head = nn.Linear(24, CLASSES)

    def forward(self, x):
        return self.head(self.body(x))


class Recurrent(nn.Module):
    """Reads an image line by line: an LSTM there and back, then a GRU."""

    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(24, 8, batch_first=True, bidirectional=True)
        self.gru, self.head = nn.GRU(16, 12, batch_first=True), nn.Linear(12, CLASSES)

    def forward(self, x):
        lines = x.permute(0, 2, 1, 3).flatten(2)
        return self.head(self.gru(self.lstm(4 * lines)[0])[1][0])
