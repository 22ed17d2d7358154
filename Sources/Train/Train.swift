internal import Autodiff
